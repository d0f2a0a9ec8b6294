"""Local networks, which pages of the public network reach if the user lets them."""

from __future__ import annotations

from typing import Literal

from .rule_set import Rules


class LocalNetworkRules(Rules):
    """Local Network Access. https://wicg.github.io/local-network-access/ (nothing is checked where it is off)"""

    access: Literal["off", "ask"] = "off"  # a setting
    local_to_loopback: bool = True  # is checked
    needs_a_secure_context: bool = True
    checks_web_sockets: bool = True
    knows_the_target_address_space: bool = True
    exempts_local_hosts_from_mixed_content: bool = True
    treats_as_public_address: bool = False  # by the CSP directive
    reads_the_permissions_policy_header: bool = True
    knows_the_old_permission_name: bool = False
    judges_sandboxed_frames_by_their_src: bool = False
    keeps_decisions_for_opaque_pages: bool = True
    preflights_are_cached: bool = True
    data_pages: Literal["as-others", "insecure", "unchecked"] = "as-others"  # at top level
