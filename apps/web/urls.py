from django.urls import path

from apps.web.views import about, home, items

urlpatterns = [
    path("", home.home, name="home"),
    path("i/<str:address>/", items.item_page, name="item"),
    path("about/licences/", about.licences, name="web-licences"),
]
