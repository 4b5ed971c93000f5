"""What all views of the API have in common, and the answers outside of any view."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework import viewsets
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from salesdash.errors import DomainError
from salesdash.models import User
from salesdash.problems import problem_response

# OPTIONS would describe the views in words of their own: the description does it better
_METHODS = ["get", "head", "post", "put", "patch", "delete"]


class Needs(BasePermission):
    """The permission that the view names for the method, or for all."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        needed: dict[str, str] = getattr(view, "needs", {})
        name = needed.get(request.method or "", needed.get("*", ""))
        return bool(request.user.is_authenticated and (not name or request.user.has_perm(name)))


class ApiMixin:
    """`needs` maps methods, or `*`, to permissions; `parameters` are those of the address that each action
    knows. Others are refused: a misspelt filter must not answer with everything.
    """

    needs: ClassVar[dict[str, str]] = {}
    known_parameters: ClassVar[dict[str, frozenset[str]]] = {}
    # by default what one person may see is not for the next one behind the same cache
    kept: ClassVar[str] = "private, no-cache"

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        # JSON is UTF-8; Django would believe any codec that the header names, and stumble over it later
        request.encoding = "utf-8"
        made: Request = super().initialize_request(request, *args, **kwargs)  # type: ignore[misc]
        return made

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        action = getattr(self, "action", "")
        if action is None:
            return  # a method that is not available here: the framework says so
        known = self.known_parameters.get(action, frozenset())
        if unknown := sorted(set(request.query_params) - known):
            message = _("The address has parameters that are not known here.")
            raise DomainError("unknown_parameter", message, {"parameters": unknown[:20]})

    def finalize_response(
        self, request: Request, response: Response, *args: object, **kwargs: object
    ) -> Response:
        done: Response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        if standing := getattr(request._request, "rate_standing", None):
            for name, value in standing.headers().items():
                done.headers[name] = value
        done.headers["Content-Language"] = get_language() or ""
        done.headers.setdefault("Cache-Control", self.kept)
        patch_vary_headers(done, ("Authorization", "Cookie", "Accept-Language"))
        return done

    @staticmethod
    def user_of(request: Request) -> User:
        return cast(User, request.user)


class ApiView(ApiMixin, APIView):
    permission_classes = (Needs,)
    http_method_names = _METHODS


class ApiViewSet(ApiMixin, viewsets.ViewSet):
    permission_classes = (Needs,)
    http_method_names = _METHODS


@csrf_exempt
def not_found(request: HttpRequest) -> HttpResponse:
    """Every address below /api/ that is none. Without its last slash one is found all the same: 308 keeps
    method and body.
    """
    if not request.path.endswith("/") and _is_ours(f"{request.path_info}/"):
        query = request.META.get("QUERY_STRING", "")
        return PermanentRedirect(f"{request.path}/{'?' * bool(query)}{query}")
    return problem_response(DomainError("not_found", _("There is nothing at this address."), status=404))


class PermanentRedirect(HttpResponsePermanentRedirect):
    status_code = 308


def _is_ours(path: str) -> bool:
    try:
        return resolve(path).func is not not_found
    except Resolver404:
        return False
