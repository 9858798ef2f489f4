from django.urls import path

from apps.web.views import about, badges, browse, copies, home, items, offline, readers, studio, studio_actions, uploads

urlpatterns = [
    path("", home.home, name="home"),
    path("access/badges/", badges.badges, name="access-badges"),
    path("browse/", browse.browse, name="browse"),
    path("offline/", offline.offline, name="offline"),
    path("offline-worker.js", offline.worker, name="offline-worker"),
    path("i/<str:address>/", items.item_page, name="item"),
    path("i/<uuid:item_id>/keep/", copies.keep, name="item-keep"),
    path("i/<uuid:item_id>/trash/", copies.trash, name="item-trash"),
    path("studio/", studio.studio, name="studio"),
    path("studio/items/<uuid:item_id>/", studio.studio_item, name="studio-item"),
    path("studio/items/<uuid:item_id>/cover/", studio_actions.cover, name="studio-cover"),
    path("studio/items/<uuid:item_id>/cover/reset/", studio_actions.cover_reset, name="studio-cover-reset"),
    path("studio/items/<uuid:item_id>/retry/", studio_actions.retry, name="studio-retry"),
    path("studio/items/<uuid:item_id>/encode/", studio_actions.encode, name="studio-encode"),
    path("studio/items/<uuid:item_id>/renew/", studio_actions.renew, name="studio-renew"),
    path("studio/items/<uuid:item_id>/cancel/", studio_actions.cancel, name="studio-cancel"),
    path("studio/items/<uuid:item_id>/trash/", studio_actions.trash, name="studio-trash"),
    path("studio/items/<uuid:item_id>/restore/", studio_actions.restore, name="studio-restore"),
    path("studio/upload/", uploads.upload, name="upload"),
    path("api/", readers.index, name="api"),
    path("api/<slug:name>/", readers.page, name="api-reader"),
    path("studio/demo/remove/", studio_actions.demo_remove, name="studio-demo-remove"),
    path("about/licences/", about.licences, name="web-licences"),
]
