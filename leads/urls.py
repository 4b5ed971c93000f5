from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from leads.live.views import belonging
from leads.views import actions, columns, create, deals, editing, export, filtering, lead, saved, table

app_name = "leads"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", table.index, name="index"),
    path("filter/", filtering.builder, name="filter"),
    path("filter/count/", filtering.count, name="filter_count"),
    path("columns/", columns.choose, name="columns"),
    path("views/new/", saved.new, name="view_new"),
    path("views/order/", saved.order, name="view_order"),
    path("views/counts/", saved.counts, name="view_counts"),
    path("views/<int:pk>/", saved.edit, name="view_edit"),
    path("views/<int:pk>/save/", saved.save_over, name="view_save"),
    path("views/<int:pk>/restore/", saved.restore, name="view_restore"),
    path("new/", create.new, name="new"),
    path("companies/", create.companies, name="companies"),
    path("export.csv", export.export_csv, name="export_csv"),
    path("export/", export.export, name="export"),
    path("exports/", export.index, name="exports"),
    path("exports/<uuid:pk>/", export.download, name="export_download"),
    path("imports/", include("leads.urls_imports")),
    path("live/", belonging, name="live"),
    path("edits/", include("leads.urls_editing")),
    path("<int:pk>/", lead.detail, name="detail"),
    path("<int:pk>/edit/<str:field>/", editing.edit, name="edit"),
    path("<int:pk>/timeline/", lead.lead_timeline, name="timeline"),
    path("<int:pk>/calls/", actions.log_call, name="log_call"),
    path("<int:pk>/notes/", actions.add_note, name="note"),
    path("<int:pk>/stage/", actions.change_stage, name="stage"),
    path("<int:pk>/no-contact/", actions.mark_no_contact, name="no_contact"),
    path("<int:pk>/consent/", actions.record_consent, name="consent"),
    path("<int:pk>/next-action/", actions.set_next_action, name="next_action"),
    path("<int:pk>/next-action/<int:edit>/undo/", actions.undo_done, name="done_undo"),
    path("<int:pk>/outcomes/", deals.record_outcome, name="outcome"),
    path("<int:pk>/outcomes/<uuid:request_id>/undo/", deals.undo_outcome, name="outcome_undo"),
    path("<int:pk>/deals/", deals.add, name="deal_add"),
    path("<int:pk>/deals/<int:deal>/", deals.change, name="deal"),
    path("<int:pk>/deals/steps/<int:step>/undo/", deals.undo, name="deal_undo"),
    path("<int:pk>/adjust/", actions.adjust, name="adjust"),
    path("<int:pk>/adjust/<int:adjustment>/undo/", actions.undo_adjustment, name="adjust_undo"),
]
