"""The studio's pages of Ko-fi: accounts, what tiers' names mean, supporters, payments that nobody claims, files."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.errors import Invalid
from apps.core.keyset import keyset_page
from apps.memberships.forms_of_sources import (
    AccountForm,
    AddressForm,
    ChangeAccountForm,
    FileForm,
    NameForm,
    PeriodForm,
    PersonForm,
)
from apps.memberships.models import KofiAccount, KofiImport, KofiPayment, KofiSupporter
from apps.memberships.permissions_of_sources import can_map, check_map
from apps.memberships.services.kofi import accounts, by_hand
from apps.memberships.services.kofi.import_csv import LARGEST_BYTES, apply_import, prepare
from apps.memberships.views.doing import creator, done

_NAMES_SHOWN = 200
_ROWS_SHOWN = 50
FILTERS = (("", "All"), ("unmatched", "Without an account here"), ("paying", "Paying"), ("unknown", "Of unknown tiers"))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The accounts; a POST enters one more."""
    person = creator(request)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        row = accounts.open_account(person=person, **form.cleaned_data)
        messages.success(request, "Entered. Give Ko-fi the address below, and press one of its test buttons.")
        return redirect("kofi-account", row.pk)
    rows = KofiAccount.objects.managed_by(person).select_related("owner").order_by("name")[:50]
    shown = {"accounts": rows, "form": form}
    return render(request, "memberships/kofi/index.html", shown, status=422 if form.errors else 200)


@login_required
@never_cache
@require_GET
def account(request: HttpRequest, account_id: UUID) -> HttpResponse:
    row = _managed(request, account_id)
    return _account(request, row, ChangeAccountForm(initial={"name": row.name}))


@login_required
@never_cache
@require_POST
def change(request: HttpRequest, account_id: UUID) -> HttpResponse:
    row = _managed(request, account_id)
    form = ChangeAccountForm(request.POST)
    if not form.is_valid():
        return _account(request, row, form, status=422)
    person = creator(request)
    act = lambda: accounts.change_account(person=person, account=row, **form.cleaned_data)  # noqa: E731
    return done(request, act, "Saved.", "kofi-account", row.pk)


@login_required
@require_POST
def forget_token(request: HttpRequest, account_id: UUID) -> HttpResponse:
    row, person = _managed(request, account_id), creator(request)
    act = lambda: accounts.forget_earlier_token(person=person, account=row)  # noqa: E731
    return done(request, act, "Only the new token counts now.", "kofi-account", row.pk)


@login_required
@require_POST
def end(request: HttpRequest, account_id: UUID) -> HttpResponse:
    row, person = _managed(request, account_id), creator(request)
    act = lambda: accounts.end_account(person=person, account=row)  # noqa: E731
    return done(request, act, "Disconnected. Supporters keep what they have paid for until it ends.", "kofi")


@login_required
@require_POST
def names(request: HttpRequest, account_id: UUID) -> HttpResponse:
    row, person = _managed(request, account_id), creator(request)
    check_map(person)
    form = NameForm(request.POST)
    if not form.is_valid():
        messages.error(request, "This tier is not there any more. Nothing was saved.")
        return redirect("kofi-account", row.pk)

    def save() -> None:
        told = form.cleaned_data
        accounts.mean(person=person, account=row, name=told["name"], tier_id=form.tier_id(), annual=told["annual"])

    return done(request, save, "Saved. Whoever pays for it has that tier now.", "kofi-account", row.pk)


@login_required
@never_cache
@require_GET
def supporters(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Two queries beside those of the sign-in."""
    row = _managed(request, account_id)
    asked = {"show": request.GET.get("show", "")[:20], "text": request.GET.get("q", "").strip()[:80]}
    found = KofiSupporter.objects.filter(account=row).select_related("person", "tier", "assigned_by")
    if asked["show"] == "unmatched":
        found = found.filter(person=None)
    elif asked["show"] == "paying":
        found = found.filter(paid_until__gt=timezone.now())
    elif asked["show"] == "unknown":
        found = found.filter(tier=None)
    elif asked["show"]:
        found = found.none()
    if asked["text"]:
        found = found.filter(Q(name__icontains=asked["text"]) | Q(email=asked["text"].lower()))
    shown = {
        "account": row,
        "page": keyset_page(request, found),
        "asked": asked,
        "filters": FILTERS,
        "can_map": can_map(request.user),
        "now": timezone.now(),
    }
    return render(request, "memberships/kofi/supporters/index.html", shown)


@login_required
@never_cache
@require_GET
def payments(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """`?show=unmatched`: memberships that were paid for without an address."""
    row = _managed(request, account_id)
    show = request.GET.get("show", "")[:20]
    found = KofiPayment.objects.filter(account=row).select_related("supporter", "supporter__person")
    if show == "unmatched":
        found = found.filter(supporter=None, is_subscription=True, is_test=False)
    elif show:
        found = found.none()
    shown = {
        "account": row,
        "page": keyset_page(request, found),
        "show": show,
        "filters": (("", "All"), ("unmatched", "Of nobody known")),
        "can_map": can_map(request.user),
    }
    return render(request, "memberships/kofi/payments/index.html", shown)


@login_required
@require_POST
def prepare_import(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Reads the file and shows what is in it; nothing counts yet."""
    row, person = _managed(request, account_id), creator(request)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["file"])))
        return redirect("kofi-account", row.pk)
    try:
        prepared = prepare(account=row, by=person, raw=form.cleaned_data["file"].read(LARGEST_BYTES + 1))
    except Invalid as error:
        messages.error(request, error.message)
        return redirect("kofi-account", row.pk)
    return redirect("kofi-imported", prepared.pk)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def imported(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """What a file holds, to be looked over; a POST takes it in."""
    person = creator(request)
    prepared = get_object_or_404(KofiImport.objects.managed_by(person).select_related("account"), pk=import_id)
    check_map(person)
    if request.method == "POST":
        told = apply_import(by=person, prepared=prepared)
        messages.success(request, f"{told['new']} payments were new, {told['known']} were known.")
        return redirect("kofi-supporters", prepared.account_id)
    memberships = sum(bool(row["is_subscription"] and row["email"]) for row in prepared.rows)
    shown = {
        "prepared": prepared,
        "rows": prepared.rows[:_ROWS_SHOWN],
        "count": len(prepared.rows),
        "more": max(0, len(prepared.rows) - _ROWS_SHOWN),
        "memberships": memberships,
    }
    return render(request, "memberships/kofi/imported/index.html", shown)


@login_required
@require_POST
def assign(request: HttpRequest, supporter_id: UUID) -> HttpResponse:
    row, person = _supporter(request, supporter_id), creator(request)
    form = PersonForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say who it is, by their user name.")
        return redirect("kofi-supporters", row.account_id)
    username = form.cleaned_data["username"]
    act = lambda: by_hand.assign_supporter(by=person, supporter=row, username=username)  # noqa: E731
    return done(request, act, f"{username} has what {row} pays for.", "kofi-supporters", row.account_id)


@login_required
@require_POST
def revoke(request: HttpRequest, supporter_id: UUID) -> HttpResponse:
    row, person = _supporter(request, supporter_id), creator(request)
    act = lambda: by_hand.revoke_supporter(by=person, supporter=row)  # noqa: E731
    return done(request, act, "Taken back. Their next payment gives it again.", "kofi-supporters", row.account_id)


@login_required
@require_POST
def period(request: HttpRequest, supporter_id: UUID) -> HttpResponse:
    row, person = _supporter(request, supporter_id), creator(request)
    form = PeriodForm(request.POST)
    if not form.is_valid():
        messages.error(request, "A payment is for a month or for a year.")
        return redirect("kofi-supporters", row.account_id)
    act = lambda: by_hand.set_annual(by=person, supporter=row, annual=form.value())  # noqa: E731
    return done(request, act, "Saved.", "kofi-supporters", row.account_id)


@login_required
@require_POST
def assign_payment(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    person = creator(request)
    row = get_object_or_404(KofiPayment.objects.managed_by(person), pk=payment_id)
    form = AddressForm(request.POST)
    back = "kofi-payments"
    if not form.is_valid():
        messages.error(request, "Say whose it is, by the address that they use at Ko-fi.")
        return redirect(back, row.account_id)
    email = form.cleaned_data["email"]
    act = lambda: by_hand.assign_payment(by=person, payment=row, email=email)  # noqa: E731
    return done(request, act, f"It counts for {email} now.", back, row.account_id)


def _account(request: HttpRequest, row: KofiAccount, form: ChangeAccountForm, *, status: int = 200) -> HttpResponse:
    names_known = row.tier_names.select_related("tier")[:_NAMES_SHOWN]
    unmatched = KofiPayment.objects.filter(account=row, supporter=None, is_subscription=True, is_test=False)
    shown = {
        "account": row,
        "form": form,
        "webhook_url": request.build_absolute_uri(reverse("webhook-kofi-of", args=[row.key])),
        "names": [(name, NameForm(row=name)) for name in names_known],
        "new_name": NameForm(),
        "file_form": FileForm(),
        "can_map": can_map(request.user),
        "supporters": row.supporters.count(),
        "unclaimed": row.supporters.filter(person=None).count(),
        "unmatched": unmatched.count(),
        "latest": row.deliveries.order_by("-pk").first(),
    }
    return render(request, "memberships/kofi/account/index.html", shown, status=status)


def _managed(request: HttpRequest, account_id: UUID) -> KofiAccount:
    """For those who may look after it; for all others there is none."""
    return get_object_or_404(KofiAccount.objects.managed_by(creator(request)).select_related("owner"), pk=account_id)


def _supporter(request: HttpRequest, supporter_id: UUID) -> KofiSupporter:
    return get_object_or_404(KofiSupporter.objects.managed_by(creator(request)), pk=supporter_id)
