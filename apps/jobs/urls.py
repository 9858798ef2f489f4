from django.urls import path

from apps.jobs.views import detail, lists

urlpatterns = [
    path("jobs/", lists.mine, name="jobs-mine"),
    path("jobs/all/", lists.everyone, name="jobs-everyone"),
    path("jobs/running/", lists.running, name="jobs-running"),
    path("jobs/<uuid:job_id>/", detail.detail, name="job-detail"),
    path("jobs/<uuid:job_id>/row/", detail.row, name="job-row"),
    path("jobs/<uuid:job_id>/cancel/", detail.cancel_job, name="job-cancel"),
    path("jobs/<uuid:job_id>/retry/", detail.retry_job, name="job-retry"),
]
