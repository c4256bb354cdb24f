"""The lists of customers and partners, and the form of one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tradecrm.core.changes import Changes
from tradecrm.core.fields import FieldKind
from tradecrm.core.incoterms import RULES
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.core.phrases import enumerated
from tradecrm.core.text import N_, _
from tradecrm.screens.crm.credit import CREDIT_PANEL, SET_CREDIT
from tradecrm.screens.crm.customer_facts import balance_facts, change_facts, paper_facts
from tradecrm.screens.crm.party_actions import (
    NEW_CONTRACT,
    NEW_INQUIRY,
    NEW_QUOTATION,
    RECORD_RECEIPT,
    SETTLE,
)
from tradecrm.screens.crm.party_banks import ADD_BANK, BANK_PANEL
from tradecrm.screens.crm.pickers import PERSON, TERMS, terms_ref
from tradecrm.screens.draft import Draft, Line, Ref
from tradecrm.screens.spec import (
    ActionSpec,
    Badge,
    Choice,
    ColumnSpec,
    Fact,
    FieldSpec,
    FormSpec,
    LinesSpec,
    ListSpec,
    PanelSpec,
    Row,
    Section,
    Tone,
    ViewSpec,
)
from tradecrm.services.crm.lists import CUSTOMERS, PARTNERS
from tradecrm.services.crm.parties import (
    AddressDraft,
    ArchiveParty,
    ContactDraft,
    SaveParty,
    archive_party,
    party_card,
    save_party,
)

GRADES = (Choice("A", "A", Tone.GOOD), Choice("B", "B", Tone.ACCENT), Choice("C", "C"), Choice("D", "D"))
PURPOSES = (
    Choice("registered", N_("Registered")),
    Choice("delivery", N_("Delivery")),
    Choice("notify", N_("Notify")),
)
_ROLES = (
    ("is_customer", N_("Customer")),
    ("is_supplier", N_("Supplier")),
    ("is_forwarder", N_("Forwarder")),
    ("is_service", N_("Service provider")),
)
_WATCHES: Changes = frozenset({"party", "contact", "address", "receipt", "allocation", "item", "import_run"})
_ACTIVE = Filter("archived", Op.NO)


def open_party(row: Row) -> Link:
    """Answer the card of a row."""
    return Link.to("customer", id=row["id"])


def party_facts(reader: Any, identity: int) -> tuple[Fact, ...]:
    """Answer what the preview beside the list shows of a partner."""
    card = party_card(reader, identity)
    draft = card.draft
    roles = enumerated(_(title) for key, title in _ROLES if getattr(draft, key))
    place = ", ".join(part for part in (draft.city, draft.country) if part)
    plain = (
        (N_("Code"), card.code),
        (N_("Chinese name"), draft.name_local),
        (N_("Role"), roles),
        (N_("Place"), place),
        (N_("E-mail"), draft.email),
        (N_("Phone"), draft.phone),
        (N_("Salesperson"), card.owner),
    )
    facts = [Fact(label, value) for label, value in plain if value]
    for contact in draft.contacts[:4]:
        reach = " · ".join(part for part in (contact.position, contact.email, contact.phone) if part)
        facts.append(Fact(contact.name, reach or "—"))
    return (*facts, *balance_facts(reader, Draft(id=identity)))


def _columns(*, roles: bool) -> tuple[ColumnSpec, ...]:
    flags = tuple(
        ColumnSpec(key, title, FieldKind.BOOL, hidden_by_default=not roles) for key, title in _ROLES
    )
    return (
        ColumnSpec("code", N_("Code"), FieldKind.CODE, link=open_party),
        ColumnSpec("name", N_("Name"), width=260),
        ColumnSpec("name_local", N_("Chinese name"), width=170),
        ColumnSpec("country", N_("Country"), FieldKind.COUNTRY),
        ColumnSpec("city", N_("City")),
        ColumnSpec("grade", N_("Grade"), FieldKind.CHOICE, choices=GRADES, hidden_by_default=roles),
        *flags,
        ColumnSpec("industry", N_("Industry"), hidden_by_default=True),
        ColumnSpec("source", N_("Source"), hidden_by_default=True),
        ColumnSpec("email", N_("E-mail"), FieldKind.EMAIL, hidden_by_default=roles),
        ColumnSpec("phone", N_("Phone"), FieldKind.PHONE),
        ColumnSpec("website", N_("Website"), FieldKind.URL, hidden_by_default=True),
        ColumnSpec("tax_no", N_("Tax number"), FieldKind.CODE, hidden_by_default=True),
        ColumnSpec("currency", N_("Currency"), FieldKind.CURRENCY, hidden_by_default=True),
        ColumnSpec("owner", N_("Salesperson")),
        ColumnSpec("updated", N_("Changed"), FieldKind.DATETIME, hidden_by_default=True),
        ColumnSpec("archived", N_("Archived"), FieldKind.BOOL, hidden_by_default=True),
    )


def _archive(archived: bool) -> Any:
    def command(rows: Sequence[Row]) -> ArchiveParty:
        return ArchiveParty(int(rows[0]["id"]), int(rows[0]["version"]), archived)

    return command


def _one_in_use(rows: Sequence[Row]) -> bool:
    return len(rows) == 1 and not rows[0].get("archived")


def _one_archived(rows: Sequence[Row]) -> bool:
    return len(rows) == 1 and bool(rows[0].get("archived"))


ARCHIVE = ActionSpec(
    "archive",
    N_("Archive"),
    "minus",
    needs="party.write",
    enabled=_one_in_use,
    operation=archive_party,
    command=_archive(True),
    done=N_("Archived. It is in the view Archived."),
)
RESTORE = ActionSpec(
    "restore",
    N_("Take out of the archive"),
    "undo",
    needs="party.write",
    enabled=_one_archived,
    operation=archive_party,
    command=_archive(False),
    done=N_("In use again."),
)


def customers_list(person_id: int) -> ListSpec:
    """Answer the list of customers as the person ``person_id`` sees it (their own are a view)."""
    mine = Filter("owner_id", Op.IS, (person_id,))
    return ListSpec(
        key="customers",
        title=N_("Customers"),
        kind="party",
        source=CUSTOMERS,
        columns=(
            *_columns(roles=False),
            ColumnSpec("owner_id", N_("Salesperson no."), FieldKind.INTEGER, hidden_by_default=True),
        ),
        opens=open_party,
        default_sort=(SortKey("name"),),
        views=(
            ViewSpec("active", N_("In use"), (_ACTIVE,)),
            ViewSpec("mine", N_("Mine"), (mine, _ACTIVE)),
            ViewSpec("grade_a", N_("Grade A"), (Filter("grade", Op.ANY_OF, ("A",)), _ACTIVE)),
            ViewSpec("by_grade", N_("By grade"), (_ACTIVE,), (SortKey("grade"), SortKey("name"))),
            ViewSpec("recent", N_("Last changed"), (_ACTIVE,), (SortKey("updated", descending=True),)),
            ViewSpec("archived", N_("Archived"), (Filter("archived", Op.YES),)),
        ),
        actions=(NEW_INQUIRY, NEW_QUOTATION, NEW_CONTRACT, RECORD_RECEIPT, SETTLE, ARCHIVE, RESTORE),
        new=Link.to("customer"),
        new_title=N_("New customer"),
        import_kind="customers",
        paste_kind="customers",
        watches=_WATCHES,
        preview=party_facts,
        empty_title=N_("No customers yet"),
        empty_text=N_(
            "Companies you sell to stand here, with their contacts, papers and what they owe. "
            "Enter the first one, or bring in your spreadsheet."
        ),
        icon="customers",
        papers=("statement",),
    )


PARTNER_LIST = ListSpec(
    key="partners",
    title=N_("Suppliers and partners"),
    kind="party",
    source=PARTNERS,
    columns=_columns(roles=True),
    opens=open_party,
    default_sort=(SortKey("name"),),
    views=(
        ViewSpec("suppliers", N_("Suppliers"), (Filter("is_supplier", Op.YES), _ACTIVE)),
        ViewSpec("forwarders", N_("Forwarders"), (Filter("is_forwarder", Op.YES), _ACTIVE)),
        ViewSpec("services", N_("Service providers"), (Filter("is_service", Op.YES), _ACTIVE)),
        ViewSpec("archived", N_("Archived"), (Filter("archived", Op.YES),)),
    ),
    actions=(ARCHIVE, RESTORE),
    new=Link.to("customer", role="supplier"),
    new_title=N_("New partner"),
    watches=_WATCHES,
    preview=party_facts,
    empty_title=N_("No partners yet"),
    empty_text=N_("Factories, forwarders and others you work with stand here."),
    icon="customers",
    papers=("statement",),
)


def blank_party(reader: Any, link: Link) -> Draft:
    """Answer the beginning of a new partner: a customer of one's own unless the link says otherwise."""
    role = str(link.param("role") or "customer")
    values: dict[str, Any] = {key: key == f"is_{role}" for key, _title in _ROLES}
    values["name"] = link.param("name") or None
    values["counted"] = True
    values["owner"] = Ref(reader.actor.person_id, reader.actor.name)
    return Draft(values)


def load_party(reader: Any, identity: int) -> Draft:
    """Answer a partner as a draft."""
    card = party_card(reader, identity)
    kept = card.draft
    # An empty text is None in a draft, so that walking through the fields changes nothing.
    values: dict[str, Any] = {key: _kept(getattr(kept, key)) for key in _PLAIN}
    values |= {
        "terms": terms_ref(kept.terms),
        "owner": Ref(card.owner_id, card.owner),
        "archived": card.archived,
        "counted": kept.counted,
        "heading": card.name,
    }
    contacts = tuple(
        {
            "id": row.id,
            "name": row.name,
            "position": row.position or None,
            "email": row.email or None,
            "phone": row.phone or None,
            "messenger": row.messenger or None,
            "is_main": row.is_main,
        }
        for row in kept.contacts
    )
    addresses = tuple(
        {
            "id": row.id,
            "purpose": row.purpose,
            "text": row.text,
            "city": row.city or None,
            "country": row.country or None,
        }
        for row in kept.addresses
    )
    return Draft(values, {"contacts": contacts, "addresses": addresses}, card.id, kept.version)


def _kept(value: str | bool) -> str | bool | None:
    return None if value == "" else value


_PLAIN = (
    "code", "name", "name_local", "is_customer", "is_supplier", "is_forwarder", "is_service", "country", "city",
    "industry", "source", "grade", "tax_no", "website", "email", "phone", "currency", "incoterm",
    "incoterm_place", "note",
)  # fmt: skip


def _text(line: Line, key: str) -> str:
    return str(line.get(key) or "")


def build_party(draft: Draft) -> SaveParty:
    """Answer the command that writes what was typed."""
    flags = {key for key, _title in _ROLES}
    plain: dict[str, Any] = {
        key: draft.flag(key) if key in flags else str(draft.get(key) or "") for key in _PLAIN
    }
    terms = draft.ref("terms")
    contacts = tuple(
        ContactDraft(
            _text(line, "name"),
            _text(line, "position"),
            _text(line, "email"),
            _text(line, "phone"),
            _text(line, "messenger"),
            bool(line.get("is_main")),
            _number(line),
        )
        for line in draft.rows("contacts")
    )
    addresses = tuple(
        AddressDraft(
            str(line.get("purpose") or "registered"),
            _text(line, "text"),
            _text(line, "city"),
            _text(line, "country"),
            _number(line),
        )
        for line in draft.rows("addresses")
    )
    command = SaveParty(
        **plain,
        counted=draft.flag("counted"),
        terms="" if terms is None else str(terms.id),
        contacts=contacts,
        addresses=addresses,
        owner_id=draft.ref_id("owner"),
    )
    return replace(command, id=draft.id, version=draft.version or 0)


def _number(line: Line) -> int | None:
    value = line.get("id")
    return value if isinstance(value, int) else None


def _heading(draft: Draft) -> str:
    """Answer the partner's name, or what is begun: the form is one for customers and all the others."""
    if draft.id is not None:
        return draft.text("heading")
    if draft.flag("is_customer"):
        return _("New customer")
    return _("New supplier") if draft.flag("is_supplier") else _("New partner")


def _badges(draft: Draft) -> tuple[Badge, ...]:
    badges = [Badge(title, Tone.NEUTRAL) for key, title in _ROLES if draft.flag(key)]
    grade = draft.text("grade")
    if grade:
        badges.insert(0, Badge(grade, Tone.GOOD if grade == "A" else Tone.NEUTRAL))
    if draft.flag("archived"):
        badges.append(Badge(N_("Archived"), Tone.WARN))
    return tuple(badges)


_COMPANY = Section(
    "",
    (
        FieldSpec("name", N_("Company name"), required=True, span=6),
        FieldSpec("name_local", N_("Chinese name"), span=4),
        FieldSpec("code", N_("Code"), FieldKind.CODE, span=2, hint=N_("next number")),
        FieldSpec("country", N_("Country"), FieldKind.COUNTRY, span=3),
        FieldSpec("city", N_("City"), span=3),
        FieldSpec("phone", N_("Phone"), FieldKind.PHONE, span=3),
        FieldSpec("tax_no", N_("Tax number"), FieldKind.CODE, span=3),
        FieldSpec("email", N_("E-mail"), FieldKind.EMAIL, span=6),
        FieldSpec("website", N_("Website"), FieldKind.URL, span=6),
        FieldSpec("industry", N_("Industry"), span=3),
        FieldSpec("source", N_("Source"), span=3),
        FieldSpec("grade", N_("Grade"), FieldKind.CHOICE, choices=GRADES, span=3),
        FieldSpec("owner", N_("Salesperson"), FieldKind.REF, picker=PERSON, span=3),
        *(FieldSpec(key, title, FieldKind.BOOL, span=3) for key, title in _ROLES),
    ),
)
_TRADE = Section(
    N_("Usual terms"),
    (
        FieldSpec("currency", N_("Currency"), FieldKind.CURRENCY, span=2),
        FieldSpec(
            "incoterm",
            N_("Incoterm"),
            FieldKind.CHOICE,
            choices=tuple(Choice(code, code) for code in RULES),
            span=2,
        ),
        FieldSpec("incoterm_place", N_("Place"), span=3),
        FieldSpec("terms", N_("Payment terms"), FieldKind.REF, picker=TERMS, span=5),
        FieldSpec(
            "counted",
            N_("New orders count in orders and targets"),
            FieldKind.BOOL,
            visible=lambda draft: draft.flag("is_customer"),
        ),
        FieldSpec("note", N_("Note"), FieldKind.LONG_TEXT),
    ),
    after_lines=True,
)

CUSTOMER_FORM = FormSpec(
    key="customer",
    title=N_("New customer"),
    kind="party",
    sections=(_COMPANY, _TRADE),
    load=load_party,
    blank=blank_party,
    save=save_party,
    build=build_party,
    lines=(
        LinesSpec(
            "contacts",
            N_("Contacts"),
            (
                FieldSpec("name", N_("Contact's name"), required=True, width=116),
                FieldSpec("position", N_("Position"), width=130),
                FieldSpec("email", N_("E-mail"), FieldKind.EMAIL, width=140),
                FieldSpec("phone", N_("Phone"), FieldKind.PHONE, width=124),
                FieldSpec("messenger", N_("WeChat, WhatsApp"), width=110, more=True),
                FieldSpec("is_main", N_("Main"), FieldKind.BOOL, width=50),
            ),
            placeholder=N_("type a name"),
        ),
        LinesSpec(
            "addresses",
            N_("Addresses"),
            (
                FieldSpec("purpose", N_("For"), FieldKind.CHOICE, choices=PURPOSES, width=110),
                FieldSpec("text", N_("Address"), required=True, width=300),
                FieldSpec("city", N_("City"), width=130),
                FieldSpec("country", N_("Country"), FieldKind.COUNTRY, width=80),
            ),
            placeholder=N_("type an address"),
        ),
    ),
    heading=_heading,
    badges=_badges,
    panels=(
        PanelSpec("balance", N_("Open balance"), query=balance_facts),
        CREDIT_PANEL,
        BANK_PANEL,
        PanelSpec("papers", N_("Papers"), query=paper_facts),
        PanelSpec("changes", N_("Changes"), query=change_facts),
    ),
    actions=(
        replace(NEW_QUOTATION, primary=True),
        NEW_CONTRACT,
        RECORD_RECEIPT,
        SETTLE,
        SET_CREDIT,
        ADD_BANK,
        ARCHIVE,
        RESTORE,
    ),
    watches=_WATCHES | {"credit_terms", "release", "presentation", "party_bank"},
    needs="party.write",
    saved=N_("The card is saved."),
)
