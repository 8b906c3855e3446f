"""What Flask-Security says, in our words; by its own names, so that none of its English is seen."""

from __future__ import annotations

from schemas.messages import N_

ERRORS = {
    "ANONYMOUS_USER_REQUIRED": N_("You are signed in already."),
    "API_ERROR": N_("That did not work. Please try again."),
    "DISABLED_ACCOUNT": N_("This account is closed."),
    "GENERIC_AUTHN_FAILED": N_("This is not right. Please try again."),
    "INVALID_PASSWORD": N_("This password is not right."),
    "INVALID_RECOVERY_CODE": N_("This recovery code is not right."),
    "PASSWORD_INVALID_LENGTH": N_("Use at least %(length)s characters."),
    "PASSWORD_IS_THE_SAME": N_("Choose another password than the present one."),
    "PASSWORD_NOT_PROVIDED": N_("Fill in the password."),
    "PASSWORD_REQUIRED": N_("Fill in the password."),
    "REAUTHENTICATION_REQUIRED": N_("For this page we ask once more whether it is you."),
    "RETYPE_PASSWORD_MISMATCH": N_("The two passwords are not the same."),
    "TWO_FACTOR_INVALID_TOKEN": N_("This code is not right. Wait for the next one and try again."),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": N_("Choose one of the list."),
    "TWO_FACTOR_PERMISSION_DENIED": N_("This step took too long. Sign in again."),
    "TWO_FACTOR_SETUP_EXPIRED": N_("This took too long. Please begin again."),
    "UNAUTHENTICATED": N_("Please sign in first"),
    "UNAUTHORIZED": N_("You may not do this"),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": N_("We know this passkey already."),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": N_("This passkey is not for this."),
    "WEBAUTHN_EXPIRED": N_("This took too long. Please begin again."),
    "WEBAUTHN_MISMATCH_USER_HANDLE": N_("This passkey belongs to another account."),
    "WEBAUTHN_NAME_INUSE": N_("You have a passkey with the name %(name)s already."),
    "WEBAUTHN_NAME_NOT_FOUND": N_("You have no passkey with the name %(name)s."),
    "WEBAUTHN_NAME_REQUIRED": N_("Give the passkey a name."),
    "WEBAUTHN_NO_VERIFY": N_("This passkey could not be checked."),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": N_("We do not know this passkey."),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": N_("We do not know this passkey."),
}
SUCCESSES = {
    "NO_RECOVERY_CODES_SETUP": N_("You have no recovery codes yet."),
    "PASSWORD_CHANGE": N_("Your password is changed."),
    "REAUTHENTICATION_SUCCESSFUL": N_("Thank you, you can go on."),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": N_("Your second key is switched on."),
    "TWO_FACTOR_DISABLED": N_("The codes are switched off."),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": N_("You are signed in."),
    "WEBAUTHN_CREDENTIAL_DELETED": N_("The passkey %(name)s is gone."),
    "WEBAUTHN_REGISTER_SUCCESSFUL": N_("The passkey %(name)s is added."),
}


def messages() -> dict[str, tuple[str, str]]:
    """The settings of Flask-Security, each a text and its kind."""
    pairs = [(name, (text, "error")) for name, text in ERRORS.items()]
    pairs += [(name, (text, "success")) for name, text in SUCCESSES.items()]
    return {f"MSG_{name}": message for name, message in pairs}
