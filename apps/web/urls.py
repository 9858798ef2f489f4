from django.urls import path

from apps.web.views import about, browse, copies, home, items, offline

urlpatterns = [
    path("", home.home, name="home"),
    path("browse/", browse.browse, name="browse"),
    path("offline/", offline.offline, name="offline"),
    path("offline-worker.js", offline.worker, name="offline-worker"),
    path("i/<str:address>/", items.item_page, name="item"),
    path("i/<uuid:item_id>/keep/", copies.keep, name="item-keep"),
    path("i/<uuid:item_id>/trash/", copies.trash, name="item-trash"),
    path("about/licences/", about.licences, name="web-licences"),
]
