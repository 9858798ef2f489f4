from django.urls import path

from apps.web.views import about, copies, home, items, readers

urlpatterns = [
    path("", home.home, name="home"),
    path("i/<str:address>/", items.item_page, name="item"),
    path("i/<uuid:item_id>/keep/", copies.keep, name="item-keep"),
    path("i/<uuid:item_id>/trash/", copies.trash, name="item-trash"),
    path("api/", readers.index, name="api"),
    path("api/<slug:name>/", readers.page, name="api-reader"),
    path("about/licences/", about.licences, name="web-licences"),
]
