"""Refusals: the account may not do it, or its credentials are not accepted.

After the manuals of Linux (errno), Windows (system error codes), PostgreSQL (class 28 and 42501), MySQL, SQL Server,
Oracle, MongoDB and Redis, Kubernetes (authorization), Docker, AWS, Azure and Google Cloud (errors of their APIs),
OpenSSH, sudo, polkit, Kerberos (RFC 4120), LDAP (RFC 4511), Vault and Cisco IOS (AAA).
"""

from __future__ import annotations

from runwright.learn.signs.mechanism import CERTAIN, HINT, LIKELY, Mechanism, mechanism

DENIED: tuple[Mechanism, ...] = (
    mechanism(
        "permission_denied",
        "the account was not allowed to do it",
        CERTAIN,
        "permission denied; access denied; access is denied; accessdenied; access to the path * is denied;"
        " operation not permitted; under the current security context;"
        " not authorized; unauthorized; notauthorized; permission_denied; is forbidden;"
        " 403 forbidden; forbidden:; (forbidden); authorizationfailed; authorization failed;"
        " does not have authorization; not have permission; no permission to; insufficient permission;"
        " insufficient privilege; insufficient access; insufficientpermissions; insufficient_scope;"
        " lacks permission; missing permission; requires permission; required permission; permission was denied;"
        " permissions are required; need * privilege; requires * privilege; privilege not held;"
        " required privilege is not held; other privileges; eacces; eperm; cannot * resource 'p;"
        " cannot * resource '; not writable by; is not writable; access control policy; explicit deny;"
        " no identity-based policy allows; must be owner of; must be superuser; command denied to user; noperm;"
        " not allowed to perform; not allowed to execute; is not permitted; rbac:; failed authorization;"
        " authorization_required; nt_status_access_denied; status_access_denied; requires superuser;"
        " pull access denied; command authorization failed; privilege level; accessdeniedexception;"
        " denied by policy; user does not have; not have sufficient; not have the required; permissions needed;"
        " permission needed; additional permission; need * permission; needs * permission",
    ),
    mechanism(
        "permission_denied",
        "it has to be done as an administrator, and the account is none",
        CERTAIN,
        "must be root; are you root; run as root; requires root; root privileges; need to be root;"
        " requires elevation; elevated permissions; run as administrator; administrator privileges;"
        " administrative privileges; administrator rights; must be run from an elevated; not in the sudoers;"
        " a password is required; no tty present and no askpass; interactive authentication required;"
        " superuser privilege; not a member of the administrators; requires administrative",
    ),
    mechanism(
        "permission_denied",
        "the credentials were not accepted",
        CERTAIN,
        "logon failure; login failed for user; login failed for; authentication failed; authentication failure;"
        " password authentication failed; access denied for user; invalid username or password;"
        " username or password is incorrect; user name or password is incorrect; bad username or password;"
        " invalid credentials; invalid username/password; invalid user name/password; incorrect password;"
        " wrong password; wrongpass; noauth; publickey; too many authentication failures; invalidclienttokenid;"
        " signaturedoesnotmatch; unrecognizedclientexception; expiredtoken;"
        " security token included in the request is; invalid_client; invalid_grant; aadsts7000;"
        " kdc_err_preauth_failed; preauthentication failed; kdc_err_client_revoked; account is locked;"
        " account locked; password has expired; password expired; account has been disabled;"
        " has not been granted the requested logon type; nt_status_logon_failure; unable to locate credentials;"
        " could not find default credentials; no valid credential; authentication required; bad credentials;"
        " asked for the client to provide credentials; 401 unauthorized; x-vault-token; invalid token;"
        " token is expired; auth fail; could not authenticate; ldap_bind: invalid",
    ),
    mechanism(
        "permission_denied",
        "it was forbidden",
        LIKELY,
        "forbidden; not delegated; batch logon rights; logon rights; registration token; token is invalid;"
        " key is not valid; has no rights; no rights to",
    ),
    mechanism(
        "permission_denied",
        "the answer speaks of rights or credentials",
        HINT,
        "denied; privilege; credential; not allowed; permission; sudo:",
    ),
)
POLICY: tuple[Mechanism, ...] = (
    mechanism(
        "permission_denied",
        "an account, role or policy has to be changed by somebody who may",
        LIKELY,
        "contact your administrator; contact your system administrator; blocked by your organization;"
        " blocked by group policy; forbidden by system policy; disabled by your administrator",
    ),
)
