from rest_framework.routers import SimpleRouter

from apps.memberships.api.sources import CampaignViewSet, DeliveryViewSet, RunViewSet, SupporterViewSet
from apps.memberships.api.views import GiftViewSet, GrantViewSet, TierViewSet

router = SimpleRouter(use_regex_path=False)
router.register("tiers", TierViewSet, basename="tier")
router.register("grants", GrantViewSet, basename="grant")
router.register("gifts", GiftViewSet, basename="gift")
router.register("campaigns", CampaignViewSet, basename="campaign")
router.register("sync-runs", RunViewSet, basename="sync-run")
router.register("webhook-deliveries", DeliveryViewSet, basename="webhook-delivery")
router.register("supporters", SupporterViewSet, basename="supporter")

urlpatterns = router.urls
