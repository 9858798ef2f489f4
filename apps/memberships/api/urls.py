from rest_framework.routers import SimpleRouter

from apps.memberships.api.views import GiftViewSet, GrantViewSet, TierViewSet

router = SimpleRouter(use_regex_path=False)
router.register("tiers", TierViewSet, basename="tier")
router.register("grants", GrantViewSet, basename="grant")
router.register("gifts", GiftViewSet, basename="gift")

urlpatterns = router.urls
