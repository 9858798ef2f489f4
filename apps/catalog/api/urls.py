from rest_framework.routers import SimpleRouter

from apps.catalog.api.collections import CollectionViewSet
from apps.catalog.api.views import ItemViewSet

router = SimpleRouter(use_regex_path=False)
router.register("items", ItemViewSet, basename="item")
router.register("collections", CollectionViewSet, basename="collection")

urlpatterns = router.urls
