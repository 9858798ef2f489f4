from rest_framework.routers import SimpleRouter

from apps.catalog.api.views import ItemViewSet

router = SimpleRouter(use_regex_path=False)
router.register("items", ItemViewSet, basename="item")

urlpatterns = router.urls
