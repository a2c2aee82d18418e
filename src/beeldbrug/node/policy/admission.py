"""Which association is admitted, and under which rule (issue of AE titles, addresses, certificates). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address, ip_network

from beeldbrug.model.errors import Denied
from beeldbrug.node.policy.rules import Caller, GeneralRule, SendingRule


def rule_for(
    rules: Sequence[SendingRule | GeneralRule], calling_ae: str, called_ae: str, address: str, certificate: str
) -> SendingRule | GeneralRule:
    """The rule of the called AE title, if this caller may use it.

    Raises Denied with the codes of ``ports.reception.Reception.admit``.
    """
    rule = next((rule for rule in rules if rule.ae_title == called_ae), None)
    if rule is None:
        raise Denied(
            "called-ae-unknown",
            "The called AE title has no sending rule.",
            "Call one of the titles that `beeldbrug check` prints, or add a rule for this title.",
        )
    named = [caller for caller in rule.callers if caller.ae_title in ("*", calling_ae)]
    if not named:
        raise Denied(
            "calling-ae-unknown",
            "The calling AE title may not use this rule.",
            "Add the calling AE title to the rule's callers.",
        )
    near = [caller for caller in named if _from_network(caller, address)]
    if not near:
        raise Denied(
            "address-not-allowed",
            "The calling address may not use this rule.",
            "Add the address or its network to the rule's callers.",
        )
    if not any(not caller.certificates or certificate in caller.certificates for caller in near):
        raise Denied(
            "certificate-not-allowed",
            "The client certificate may not use this rule.",
            "Call over TLS with a listed certificate, or add its fingerprint to the rule's callers.",
        )
    return rule


def _from_network(caller: Caller, address: str) -> bool:
    if not caller.networks:
        return True
    here = ip_address(address.partition("%")[0])
    mapped = getattr(here, "ipv4_mapped", None)
    here = mapped or here
    return any(here in ip_network(network, strict=False) for network in caller.networks)
