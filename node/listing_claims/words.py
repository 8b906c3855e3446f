"""How claims read to people: the ways to prove one, how it stands, and why a person should look."""

from __future__ import annotations

from schemas.messages import N_

WAYS = {
    "website": N_("With a file on the website of the entry"),
    "mail": N_("With a mail to the address that the hub has"),
    "letter": N_("With a code in a letter"),
    "person": N_("The coordinator calls us"),
}
"""The ways to prove a claim (`schemas.listing_claims.CLAIM_WAYS`)."""

WAYS_EXPLAINED = {
    "website": N_("Quickest, when you can put a file on that website."),
    "mail": N_("Whoever reads that mail presses “Yes, that is us”."),
    "letter": N_("The coordinator posts it; you type the code here."),
    "person": N_("Takes the longest, and always works."),
}

STATES = {
    "waiting": N_("Waits"),
    "contested": N_("Waits for you"),
    "proven": N_("Waits for their profile"),
    "granted": N_("Taken over"),
    "refused": N_("Refused"),
    "expired": N_("Lapsed"),
    "withdrawn": N_("Taken back"),
    "undone": N_("Undone"),
}
"""The states of a claim, as the coordinator reads them."""

TONES = {"waiting": "warm", "contested": "warm", "proven": "warm", "granted": "good", "refused": "bad"}

SENT_STATES = {
    "waiting": N_("Waits for proof"),
    "granted": N_("It is yours"),
    "refused": N_("Not taken over"),
    "withdrawn": N_("Taken back"),
    "undone": N_("Undone by the hub"),
}
"""The states of a claim, as the village reads them."""

REASONS = {
    "": N_("On its way to the hub."),
    "website_asked": N_("The hub looks on the website now."),
    "file_missing": N_("The hub looked, and the file is not there yet. It goes on looking."),
    "mail_sent": N_("The hub sent a mail. Ask whoever reads it to press “Yes, that is us”."),
    "letter_asked": N_("The coordinator will post a letter with a code."),
    "letter_sent": N_("A letter with a code is on its way. Type the code here."),
    "person_asked": N_("The coordinator decides, and may call you."),
    "wrong_code": N_("That was not the code of the letter. Look at it once more."),
    "no_website": N_("The entry has no website. The coordinator decides."),
    "no_mail": N_("The hub cannot send that mail. The coordinator decides."),
    "no_profile": N_("It is all right. The hub waits for your published profile."),
    "place": N_("You work in another municipality than the entry says. The coordinator looks first."),
    "rival": N_("Another village asks for this entry too. The coordinator decides."),
    "shared_site": N_("Several initiatives share that website. The coordinator decides."),
    "looked_at": N_("The coordinator looks at it."),
    "granted": N_("Your own profile has taken the place of the entry, everywhere."),
    "refused": N_("The coordinator said no. Call them when you think that is wrong."),
    "denied": N_("Whoever reads the mail of the entry said that it is not you."),
    "taken": N_("The entry belongs to another village already."),
    "expired": N_("Nobody proved it within thirty days. You can ask again."),
    "attempts": N_("A wrong code was typed too often. Ask again; then the coordinator decides."),
    "not_here": N_("The hub has no such entry any more."),
    "too_many": N_("You asked too often lately. Call the coordinator."),
    "undone": N_("The coordinator took it back. The hub keeps the entry again."),
}
"""What the hub said (`schemas.listing_claims.CLAIM_REASONS`), as the village reads it."""

DOUBTS = {
    "place": N_("The village works in another municipality than the entry."),
    "rival": N_("Another village claims this entry too."),
    "shared_site": N_(
        "Several initiatives have this website: who may put a file there need not be this one."
    ),
}
"""Why a person should look, as the coordinator reads it."""

PROOFS = {
    "website": N_("The file on the website is there."),
    "mail": N_("Somebody who reads the listed mail address said yes."),
    "letter": N_("The code of the letter was typed."),
}
"""What was proven."""
