from django.urls import path

from apps.media.api import uploads

urlpatterns = [
    path("uploads/", uploads.UploadListView.as_view(), name="upload-list"),
    path("uploads/<str:upload_id>/", uploads.UploadView.as_view(), name="upload-detail"),
]
