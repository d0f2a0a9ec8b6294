"""Local Network Access: what keeps a page of the web from the network of its reader."""

from __future__ import annotations

from corssim.fetch.reasons import Reason

from .executed import NOTHING_SENT
from .model import Explanation, Mender, Myth

_LNA = "https://wicg.github.io/local-network-access/#"
_NOT_SENT = (NOTHING_SENT,)

LOCAL_NETWORKS = (
    Explanation(
        reason=Reason.LOCAL_NETWORK_ACCESS_PENDING,
        title="The browser asks the user first",
        anchor=_LNA + "permission-prompt",
        mender=Mender.PAGE,
        plain=(
            "The page came from the public network, and the URL leads into a more private one: to the user's own "
            "machine (loopback), or to a device of the home or the company (local). Chrome since version 142 and "
            "Firefox since 152 ask the user whether this site may do that. Until there is an answer nothing is sent "
            "and the fetch neither succeeds nor fails. If it is granted, the request goes out, and then CORS decides "
            "as ever; if it is denied, the fetch fails. In tests and headless browsers nobody answers."
        ),
        executed=_NOT_SENT,
        fix=(
            "Decide it: allow the site in the prompt, or beforehand in its settings (Chrome: Local network access). "
            "A test grants it to its browser, an administrator by policy "
            "(LocalNetworkAccessAllowedForUrls in Chrome). Here:\n\n"
            "    --permission loopback-network=granted\n\n"
            "Who develops a page serves the page itself from the local network, such as http://localhost: between "
            "pages and servers of one network nobody is asked."
        ),
        myths=(
            Myth("A CORS header of the local server is missing.", "It may be, but nobody has asked that server yet."),
            Myth(
                "Access-Control-Allow-Private-Network has to be sent.",
                "That was an earlier draft, Private Network Access. No preflight asks for it any more.",
            ),
        ),
        related=("local-network-access-denied", "local-network", "localhost"),
    ),
    Explanation(
        reason=Reason.LOCAL_NETWORK_ACCESS_DENIED,
        title="The user does not let the page into the local network",
        anchor=_LNA + "local-network-access-check",
        mender=Mender.PAGE,
        plain=(
            "The page came from the public network and asked for a URL on the user's own machine (loopback) or in the "
            "local network, and the permission for that was denied: by the user, by a setting or an administrator, or "
            "by the browser itself where nobody can be asked. Chrome says so in the words of CORS, but no server was "
            "asked, so no header can matter."
        ),
        executed=_NOT_SENT,
        fix=(
            "The user takes the denial back in the settings of the site (the icon beside the address; Local network "
            "access), an administrator allows it by policy. A page that is always used on the local network is "
            "better served from there. Then the fetch meets CORS, and the local server has to allow the page:\n\n"
            "    Access-Control-Allow-Origin: https://app.example"
        ),
        myths=(
            Myth(
                'The console says "blocked by CORS policy", so a header of the server helps.',
                "Nothing was sent to it. The line only borrows the words.",
            ),
        ),
        related=("local-network-access-pending", "local-network", "localhost"),
    ),
    Explanation(
        reason=Reason.LOCAL_NETWORK_ACCESS_INSECURE_CONTEXT,
        title="A page over http may not reach into private networks",
        anchor=_LNA + "secure-context-restriction",
        mender=Mender.PAGE,
        plain=(
            "The page came over http from the public network, and asked for a URL on the user's own machine or in the "
            "local network. Chromium lets only pages over https ask for the permission; others are refused, whatever "
            "the user has decided. Firefox asks for them too."
        ),
        executed=_NOT_SENT,
        fix=(
            "Serve the page over https; the user is asked then. The local server need not have a certificate: in "
            "Chromium, http URLs of local IP addresses, names in .local, and fetches that say "
            'targetAddressSpace: "local" or "loopback" are no mixed content once the permission is granted.'
        ),
        related=("local-network-access-pending", "local-network", "https-pages"),
    ),
    Explanation(
        reason=Reason.LOCAL_NETWORK_ACCESS_ADDRESS_SPACE_MISMATCH,
        title="The URL leads to another address space than the page said",
        anchor=_LNA + "local-network-access-check",
        mender=Mender.PAGE,
        plain=(
            "The page said with targetAddressSpace where the request goes: to the public network, the local one or "
            "loopback. The address that the host resolves to lies in another one, so the browser refuses. It takes the "
            "page at its word because the word lifts the block of mixed content."
        ),
        executed=_NOT_SENT,
        fix=(
            "Name the space of the address in the option, or leave the option out where the URL is https:\n\n"
            '    fetch(url, { targetAddressSpace: "loopback" })\n\n'
            "loopback is 127.0.0.1 and ::1, local are the addresses of private networks (10.0.0.0/8, 172.16.0.0/12, "
            "192.168.0.0/16, 169.254.0.0/16, 100.64.0.0/10, fc00::/7), public is everything else."
        ),
        related=("mixed-content", "local-network", "local-network-access-denied"),
    ),
    Explanation(
        reason=Reason.LOCAL_NETWORK_ACCESS_PERMISSIONS_POLICY,
        title="Permissions Policy leaves the local network out",
        anchor="https://html.spec.whatwg.org/multipage/iframe-embed-object.html#allowed-to-use",
        mender=Mender.PAGE,
        plain=(
            "Only the top-level page and frames of its origin may ask for the local network. A frame of another origin "
            "gets that right through the allow attribute of its element, and a Permissions-Policy header (which "
            "Firefox does not read) can take it away from a page and its frames. A sandboxed frame is of no origin of "
            "the page's in Chromium; Firefox goes by its src. Here it was not handed over, so the user was not even "
            "asked."
        ),
        executed=_NOT_SENT,
        fix=(
            "The page around the frame hands it over, by the name of the address space:\n\n"
            '    <iframe src="https://widget.example/" allow="loopback-network; local-network"></iframe>\n\n'
            "And no Permissions-Policy on the way may exclude it:\n\n"
            "    Permissions-Policy: loopback-network=(self)"
        ),
        related=("local-network-access-pending", "local-network"),
    ),
)
