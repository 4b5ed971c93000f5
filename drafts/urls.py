from __future__ import annotations

from django.urls import URLPattern, path

from drafts.views import (
    batches,
    counts,
    editing,
    evaluation,
    index,
    mail_templates,
    panel,
    review_statistics,
    scoreboard,
    sending,
)

app_name = "drafts"
urlpatterns: list[URLPattern] = [
    path("", index.index, name="index"),
    path("evaluation/", evaluation.index, name="evaluations"),
    path("evaluation/<int:pk>/", evaluation.show, name="evaluation"),
    path("reviews/", review_statistics.index, name="review_statistics"),
    path("reviews/statistics.csv", review_statistics.export_csv, name="review_statistics_csv"),
    path("safety/", scoreboard.index, name="scoreboard"),
    path("safety/scoreboard.csv", scoreboard.export_csv, name="scoreboard_csv"),
    path("counts/", counts.counts, name="counts"),
    path("batches/", batches.index, name="batches"),
    path("batches/new/", batches.new, name="batch_new"),
    path("batches/estimate/", batches.estimate, name="batch_estimate"),
    path("batches/<int:pk>/", batches.show, name="batch"),
    path("batches/<int:pk>/<str:step>/", batches.step, name="batch_step"),
    path("templates/", mail_templates.index, name="mail_templates"),
    path("templates/new/", mail_templates.new, name="mail_template_new"),
    path("templates/<int:pk>/", mail_templates.edit, name="mail_template"),
    path("templates/<int:pk>/copy/", mail_templates.duplicate, name="mail_template_copy"),
    path("templates/<int:pk>/delete/", mail_templates.delete, name="mail_template_delete"),
    path("templates/<int:pk>/restore/", mail_templates.restore, name="mail_template_restore"),
    path("lead/<int:lead_id>/", panel.show, name="panel"),
    path("lead/<int:lead_id>/request/", panel.request_draft, name="request"),
    path("lead/<int:lead_id>/write/", editing.write, name="write"),
    path("replies/<int:pk>/stop/", sending.stop_wish, name="stop_wish"),
    path("<int:pk>/rewrite/", panel.rewrite, name="rewrite"),
    path("<int:pk>/bring-back/", panel.bring_back, name="bring_back"),
    path("<int:pk>/edit/", editing.edit, name="edit"),
    path("<int:pk>/copy/", sending.copy, name="copy"),
    path("<int:pk>/send/", sending.send, name="send"),
    path("<int:pk>/decide/", sending.decide, name="decide"),
    path("<int:pk>/sent/", sending.mark_sent, name="mark_sent"),
    path("<int:pk>/sent/undo/", sending.undo_sent, name="undo_sent"),
    path("<int:pk>/undo/", sending.undo, name="undo"),
]
