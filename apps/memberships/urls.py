from django.urls import path

from apps.memberships.views import editor, members, mine

urlpatterns = [
    path("tiers/", mine.tiers, name="tiers"),
    path("tiers/<uuid:tier_id>/trial/", mine.trial, name="tier-trial"),
    path("settings/membership/", mine.membership, name="settings-membership"),
    path("settings/membership/gifts/<uuid:gift_id>/claim/", mine.claim_sent, name="gift-claim-sent"),
    path("gifts/<str:token>/", mine.gift, name="gift"),
    path("studio/members/", members.members, name="studio-members"),
    path("studio/members/find/", members.find, name="studio-member-find"),
    path("studio/members/<uuid:person_id>/", members.member, name="studio-member"),
    path("studio/members/<uuid:person_id>/give/", members.give, name="studio-give"),
    path("studio/grants/<uuid:grant_id>/pause/", members.pause, name="studio-grant-pause"),
    path("studio/grants/<uuid:grant_id>/resume/", members.resume, name="studio-grant-resume"),
    path("studio/grants/<uuid:grant_id>/revoke/", members.revoke, name="studio-grant-revoke"),
    path("studio/grants/<uuid:grant_id>/extend/", members.extend, name="studio-grant-extend"),
    path("studio/tiers/", editor.tiers, name="studio-tiers"),
    path("studio/tiers/new/", editor.new_tier, name="studio-tier-new"),
    path("studio/tiers/<uuid:tier_id>/", editor.tier, name="studio-tier"),
    path("studio/tiers/<uuid:tier_id>/archive/", editor.archive, name="studio-tier-archive"),
    path("studio/tiers/<uuid:tier_id>/restore/", editor.restore, name="studio-tier-restore"),
    path("studio/tiers/<uuid:tier_id>/delete/", editor.delete, name="studio-tier-delete"),
    path("studio/tiers/<uuid:tier_id>/move/", editor.move, name="studio-tier-move"),
    path("studio/gifts/", editor.gifts, name="studio-gifts"),
    path("studio/gifts/<uuid:gift_id>/withdraw/", editor.withdraw, name="studio-gift-withdraw"),
]
