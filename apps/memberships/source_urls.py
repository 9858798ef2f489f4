"""Addresses of what comes from where memberships are paid for."""

from django.urls import path

from apps.memberships.views import kofi, log, patreon, webhooks

urlpatterns = [
    path("webhooks/patreon/", webhooks.patreon, name="webhook-patreon"),
    path("webhooks/patreon/<str:key>/", webhooks.patreon, name="webhook-patreon-of"),
    path("webhooks/kofi/", webhooks.kofi, name="webhook-kofi"),
    path("webhooks/kofi/<str:key>/", webhooks.kofi, name="webhook-kofi-of"),
    path("studio/memberships/patreon/", patreon.index, name="patreon"),
    path("studio/memberships/patreon/connect/", patreon.connect, name="patreon-connect"),
    path("studio/memberships/patreon/callback/", patreon.callback, name="patreon-callback"),
    path("studio/memberships/patreon/tokens/", patreon.tokens, name="patreon-tokens"),
    path("studio/memberships/patreon/<uuid:campaign_id>/", patreon.campaign, name="patreon-campaign"),
    path("studio/memberships/patreon/<uuid:campaign_id>/sync/", patreon.sync, name="patreon-sync"),
    path("studio/memberships/patreon/<uuid:campaign_id>/tiers/", patreon.tiers, name="patreon-tiers"),
    path("studio/memberships/patreon/<uuid:campaign_id>/disconnect/", patreon.end, name="patreon-disconnect"),
    path("studio/memberships/patreon/<uuid:campaign_id>/members/", patreon.members, name="patreon-members"),
    path("studio/memberships/kofi/", kofi.index, name="kofi"),
    path("studio/memberships/kofi/<uuid:account_id>/", kofi.account, name="kofi-account"),
    path("studio/memberships/kofi/<uuid:account_id>/change/", kofi.change, name="kofi-change"),
    path("studio/memberships/kofi/<uuid:account_id>/forget-token/", kofi.forget_token, name="kofi-forget-token"),
    path("studio/memberships/kofi/<uuid:account_id>/end/", kofi.end, name="kofi-end"),
    path("studio/memberships/kofi/<uuid:account_id>/names/", kofi.names, name="kofi-names"),
    path("studio/memberships/kofi/<uuid:account_id>/supporters/", kofi.supporters, name="kofi-supporters"),
    path("studio/memberships/kofi/<uuid:account_id>/payments/", kofi.payments, name="kofi-payments"),
    path("studio/memberships/kofi/<uuid:account_id>/import/", kofi.prepare_import, name="kofi-import"),
    path("studio/memberships/kofi/imports/<uuid:import_id>/", kofi.imported, name="kofi-imported"),
    path("studio/memberships/kofi/supporters/<uuid:supporter_id>/assign/", kofi.assign, name="kofi-assign"),
    path("studio/memberships/kofi/supporters/<uuid:supporter_id>/revoke/", kofi.revoke, name="kofi-revoke"),
    path("studio/memberships/kofi/supporters/<uuid:supporter_id>/period/", kofi.period, name="kofi-period"),
    path("studio/memberships/kofi/payments/<uuid:payment_id>/assign/", kofi.assign_payment, name="kofi-payment-assign"),
    path("studio/memberships/webhooks/", log.index, name="webhook-log"),
    path("studio/memberships/webhooks/<uuid:delivery_id>/", log.one, name="webhook-delivery"),
    path("studio/memberships/webhooks/<uuid:delivery_id>/replay/", log.replay_one, name="webhook-replay"),
]
