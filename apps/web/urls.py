from django.urls import path

from apps.web.views import about

urlpatterns = [
    path("about/licences/", about.licences, name="web-licences"),
]
