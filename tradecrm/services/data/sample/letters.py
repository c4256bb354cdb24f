"""The letters of credit of the sample book: opened for a contract on L/C terms, checked, with their field 46A."""

from __future__ import annotations

from datetime import date, timedelta

from tradecrm.models import SalesContract
from tradecrm.services.data.sample.stock import Customer
from tradecrm.services.trade.letters import MoveLetter, SaveLetter, move_letter, save_letter
from tradecrm.services.work import Work

_DOCUMENTS = (
    "+SIGNED COMMERCIAL INVOICE IN TRIPLICATE",
    "+PACKING LIST IN TRIPLICATE",
    "+FULL SET OF CLEAN ON BOARD BILLS OF LADING MADE OUT TO ORDER AND BLANK ENDORSED",
    "+CERTIFICATE OF ORIGIN IN DUPLICATE",
)


def open_letter(work: Work, contract: SalesContract, buyer: Customer, day: date) -> None:
    """Enter the letter of credit of a contract and check it."""
    latest = contract.latest_shipment or day + timedelta(days=120)
    letter = save_letter.within(
        work,
        SaveLetter(
            number=f"LC{contract.number.replace('-', '')}",
            customer_id=contract.customer_id,
            contract_id=contract.id,
            currency=contract.currency,
            amount=contract.total,
            issued_on=day,
            expires_on=latest + timedelta(days=21),
            expiry_place="Ningbo",
            latest_shipment=latest,
            issuing_bank=f"First Commercial Bank, {buyer.city}",
            advising_bank="Bank of China, Ningbo",
            port_of_loading=contract.port_of_loading,
            documents="\n".join(_DOCUMENTS),
        ),
    )
    move_letter.within(work, MoveLetter(letter, "check"))
