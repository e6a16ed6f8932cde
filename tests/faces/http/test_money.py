"""Money moves through the HTTP door once, or not at all."""

from tests.faces.http.served import ALICE, BANK, BOB, Door


def test_transfer_is_booked_and_told(door: Door) -> None:
    answer = door.transfer("12.50")
    assert answer.status_code == 201
    receipt = answer.json()
    (booked,) = receipt["transfers"]
    assert (booked["debit"], booked["credit"]) == (BANK, ALICE)
    assert (booked["amount"], booked["asset"], booked["kind"]) == ("12.50", "EUR", "posted")
    assert answer.headers["Tpwallet-Position"] == str(receipt["position"])
    assert door.posted(ALICE) == 1250


def test_same_key_and_body_answer_the_same_and_book_once(door: Door) -> None:
    first = door.transfer(headers={"Idempotency-Key": "once"})
    again = door.transfer(headers={"Idempotency-Key": "once"})
    assert first.json() == again.json()
    assert door.posted(ALICE) == 1000


def test_same_key_with_another_body_is_refused(door: Door) -> None:
    door.transfer("1.00", headers={"Idempotency-Key": "once"})
    answer = door.transfer("2.00", headers={"Idempotency-Key": "once"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "idempotency_conflict"
    assert answer.json()["parameter"] == "Idempotency-Key"
    assert door.posted(ALICE) == 100


def test_recorded_refusal_is_told_again(door: Door) -> None:
    body = {"debit": ALICE, "credit": BOB, "amount": "1.00", "asset": "EUR"}
    first = door.post("/v1/transfers", body, headers={"Idempotency-Key": "once"})
    assert (first.status_code, first.json()["code"]) == (422, "exceeds_credits")
    assert first.headers["content-type"] == "application/problem+json"
    door.transfer("5.00")
    again = door.post("/v1/transfers", body, headers={"Idempotency-Key": "once"})
    assert again.json() == first.json()


def test_money_does_not_move_without_an_idempotency_key(door: Door) -> None:
    body = {"debit": BANK, "credit": ALICE, "amount": "1.00", "asset": "EUR"}
    answer = door.client.post(
        "/v1/transfers", json=body, headers={"Authorization": f"Bearer {door.token}"}
    )
    assert answer.status_code == 400
    assert answer.json()["code"] == "idempotency_key_required"
    assert door.posted(ALICE) == 0


def test_dry_run_says_what_would_happen_and_changes_nothing(door: Door) -> None:
    position = door.pool.writer.position
    would = door.transfer("3.00", params={"dry_run": "true"})
    assert would.status_code == 201
    assert would.json()["transfers"][0]["amount"] == "3.00"
    assert (door.posted(ALICE), door.pool.writer.position) == (0, position)


def test_posting_books_all_of_its_legs_or_none(door: Door) -> None:
    legs = [
        {"debit": BANK, "credit": ALICE, "amount": "5.00", "asset": "EUR"},
        {"debit": ALICE, "credit": BOB, "amount": "9.00", "asset": "EUR"},
    ]
    refused = door.post("/v1/postings", {"legs": legs})
    assert refused.status_code == 422
    assert (refused.json()["code"], refused.json()["facts"]) == ("exceeds_credits", {"leg": 1})
    assert (door.posted(ALICE), door.posted(BOB)) == (0, 0)
    legs[1]["amount"] = "2.00"
    assert door.post("/v1/postings", {"legs": legs}).status_code == 201
    assert (door.posted(ALICE), door.posted(BOB)) == (300, 200)


def test_hold_is_posted_in_part_and_the_rest_released(door: Door) -> None:
    door.transfer("10.00")
    body = {"debit": ALICE, "credit": BOB, "amount": "6.00", "asset": "EUR"}
    held = door.post("/v1/holds", {**body, "timeout_seconds": 60}).json()["transfers"][0]
    assert (held["kind"], "expires_at" in held) == ("pending", True)
    answer = door.post(f"/v1/holds/{held['transfer_id']}/post", {"amount": "4.00", "asset": "EUR"})
    assert answer.status_code == 201
    assert (door.posted(ALICE), door.posted(BOB)) == (600, 400)
    late = door.post(f"/v1/holds/{held['transfer_id']}/void", {})
    assert (late.status_code, late.json()["code"]) == (409, "pending_transfer_already_posted")


def test_hold_is_voided(door: Door) -> None:
    door.transfer("10.00")
    body = {"debit": ALICE, "credit": BOB, "amount": "6.00", "asset": "EUR"}
    held = door.post("/v1/holds", body).json()["transfers"][0]
    assert door.post(f"/v1/holds/{held['transfer_id']}/void", {}).status_code == 201
    assert door.posted(ALICE) == 1000


def test_personal_texts_are_sealed_and_a_repetition_is_the_same(door: Door) -> None:
    personal = {"subject": "person-1", "texts": {"remittance": "for the piano"}}
    body = {"debit": BANK, "credit": ALICE, "amount": "1.00", "asset": "EUR", "personal": personal}
    first = door.post("/v1/transfers", body, headers={"Idempotency-Key": "once"})
    assert first.status_code == 201
    assert door.post("/v1/transfers", body, headers={"Idempotency-Key": "once"}).json() == (
        first.json()
    )
    journal = b"".join(commit.body for commit in door.pool.writer.journal.read())
    assert b"piano" not in journal


def test_receipt_of_an_ended_reservation_names_accounts_by_their_addresses(door: Door) -> None:
    for number, ending in enumerate(("post", "void")):
        held = door.post(
            "/v1/holds",
            {"debit": BANK, "credit": ALICE, "amount": "5.00", "asset": "EUR"},
        ).json()["transfers"][0]["transfer_id"]
        path, key = f"/v1/holds/{held}/{ending}", {"Idempotency-Key": f"end-{number}"}
        first = door.post(path, {}, headers=key).json()
        [ended] = first["transfers"]
        assert (ended["debit"], ended["credit"]) == (BANK, ALICE)
        assert door.post(path, {}, headers=key).json() == first


def test_account_that_nobody_named_is_called_by_its_id(door: Door) -> None:
    rows = [{"id": str(number), "ledger": 978, "code": 1} for number in (70, 71)]
    assert door.post("/v1/batches/accounts", rows).json()["created"] == 2
    move = {
        "id": "700",
        "debit_account_id": "70",
        "credit_account_id": "71",
        "amount": "5",
        "ledger": 978,
        "code": 1,
        "flags": 2,
    }
    assert door.post("/v1/batches/transfers", [move]).json()["created"] == 1
    [ended] = door.post("/v1/holds/700/void", {}).json()["transfers"]
    assert (ended["debit"], ended["credit"]) == ("#70", "#71")
