"""All addresses. This file and asgi.py are the only ones that know the apps."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from drafts.views import day, hooks, mailbox, tracking, unsubscribe
from leads.views import help as help_page
from leads.views import notices
from salesdash import token_pages, views
from salesdash.api import docs
from salesdash.api import views as api
from salesdash.api.me import MeView
from salesdash.api.schema import SchemaView
from salesdash.sending_domains import views as sending_domains

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="leads:index"), name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("settings/", views.user_settings, name="settings"),
    path("settings/tokens/", token_pages.index, name="tokens"),
    path("settings/tokens/<int:pk>/revoke/", token_pages.revoke, name="token_revoke"),
    path("settings/domains/", sending_domains.index, name="sending_domains"),
    path("settings/domains/<int:pk>/check/", sending_domains.check, name="sending_domain_check"),
    path("help/", help_page.index, name="help"),
    path("tour/seen/", views.tour_seen, name="tour_seen"),
    path("tour/restart/", views.tour_restart, name="tour_restart"),
    path("feedback/", views.give_feedback, name="feedback"),
    path("language/", views.set_language, name="set_language"),
    path("demo/login/<slug:role>/", views.demo_login, name="demo_login"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("notifications/", notices.index, name="notifications"),
    path("notifications/fresh/", notices.fresh, name="notifications_fresh"),
    path("notifications/read/", notices.read, name="notifications_read"),
    path("notifications/settings/", notices.settings, name="notification_settings"),
    path("day/", day.index, name="day"),
    # short: they stand in mails
    path("o/<path:token>.gif", tracking.picture, name="open"),
    path("c/<path:token>", tracking.click, name="click"),
    path("u/<str:token>/", unsubscribe.page, name="unsubscribe"),
    path("hooks/mail/<slug:provider>/", hooks.receive, name="mail_hook"),
    path("mailbox/", mailbox.index, name="mailbox"),
    path("mailbox/<int:number>/", mailbox.show, name="mailbox_mail"),
    path("mailbox/<int:number>/html/", mailbox.html, name="mailbox_html"),
    path("mailbox/<int:number>/raw/", mailbox.raw, name="mailbox_raw"),
    path("mailbox/<int:number>/came/", mailbox.came, name="mailbox_came"),
    path("mailbox/<int:number>/answer/", mailbox.answer, name="mailbox_answer"),
    path("leads/", include("leads.urls")),
    path("drafts/", include("drafts.urls")),
    path("kpi/", include("kpis.urls")),
    path("api/v1/", include("leads.api.urls")),
    path("api/v1/", include("drafts.api.urls")),
    path("api/v1/me/", MeView.as_view(), name="api_me"),
    path("api/v1/schema/", SchemaView.as_view(), name="schema"),
    path("api/v1/docs/", docs.page, name="api_docs"),
    re_path("^api/", api.not_found),
]
handler400 = "salesdash.views.bad_request"
handler500 = "salesdash.views.server_error"
