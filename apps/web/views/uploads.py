"""`/studio/upload/`: where files are handed in. What happens there is the browser's work, over `/api/v1/uploads/`."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.core.flags import Flag, has_flag
from apps.media.services.uploads.quota import room_of


@login_required
@require_safe
def upload(request: HttpRequest) -> HttpResponse:
    if not has_flag(request.user, Flag.CREATE):
        return render(request, "web/upload/not_yours.html", status=403)
    return render(request, "web/upload/index.html", {"room": room_of(request.user)})
