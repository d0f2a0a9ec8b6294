"""A WebKitGTK page that is told what to do by lines of JSON on standard input. Runs under the system's Python."""

import json
import os
import sys
from typing import Any

import gi  # type: ignore[import-not-found]

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gio, GLib, Gtk, WebKit2  # type: ignore[import-not-found]  # noqa: E402


class Host:
    """One page at a time; each command is answered by one line."""

    def __init__(self) -> None:
        self.window: Any = None
        self.view: Any = None
        self.loading = False
        # What WebKit's processes print, the console's lines among it, must not be taken for answers.
        self.answers = os.fdopen(os.dup(1), "w", buffering=1)
        os.dup2(2, 1)

    def say(self, **answer: str) -> None:
        self.answers.write(json.dumps(answer) + "\n")

    def version(self) -> None:
        numbers = (WebKit2.get_major_version(), WebKit2.get_minor_version(), WebKit2.get_micro_version())
        self.say(result=".".join(map(str, numbers)))

    def begin(self, folder: str, third_party_cookies: str, accept: str) -> None:
        manager = WebKit2.WebsiteDataManager(
            base_data_directory=folder + "/data", base_cache_directory=folder + "/cache"
        )
        manager.set_itp_enabled(third_party_cookies == "block")
        manager.set_tls_errors_policy(WebKit2.TLSErrorsPolicy.IGNORE)  # names with a last dot
        manager.get_cookie_manager().set_accept_policy(getattr(WebKit2.CookieAcceptPolicy, accept))
        context = WebKit2.WebContext(website_data_manager=manager)
        context.set_cache_model(WebKit2.CacheModel.WEB_BROWSER)
        self.view = WebKit2.WebView(web_context=context)
        settings = self.view.get_settings()
        settings.set_enable_write_console_messages_to_stdout(True)
        settings.set_hardware_acceleration_policy(WebKit2.HardwareAccelerationPolicy.NEVER)
        self.view.connect("load-changed", self.on_load_changed)
        self.view.connect("load-failed", self.on_load_failed)
        self.window = Gtk.OffscreenWindow()
        self.window.set_default_size(400, 300)
        self.window.add(self.view)
        self.window.show_all()
        self.say(result="")

    def end(self) -> None:
        self.view.try_close()
        self.window.destroy()
        self.window = self.view = None
        self.say(result="")

    def navigate(self, url: str) -> None:
        self.loading = True
        self.view.load_uri(url)

    def on_load_changed(self, _view: Any, event: Any) -> None:
        if event == WebKit2.LoadEvent.FINISHED and self.loading:
            self.loading = False
            self.say(result="")

    def on_load_failed(self, _view: Any, _event: Any, url: str, error: Any) -> bool:
        if self.loading:
            self.loading = False
            self.say(error=f"{url}: {error.message}")
        return True

    def evaluate(self, body: str) -> None:
        self.view.call_async_javascript_function(body, -1, None, None, None, None, self.on_evaluated)

    def on_evaluated(self, view: Any, result: Any) -> None:
        try:
            value = view.call_async_javascript_function_finish(result)
        except GLib.Error as error:
            self.say(error=error.message)
            return
        self.say(result=value.to_string())

    def read(self, stream: Any, result: Any) -> None:
        line, _ = stream.read_line_finish_utf8(result)
        if line is None:
            Gtk.main_quit()
            return
        asked = json.loads(line)
        getattr(self, asked.pop("command"))(**asked)
        stream.read_line_async(GLib.PRIORITY_DEFAULT, None, self.read)


def main() -> None:
    host = Host()
    stream = Gio.DataInputStream.new(Gio.UnixInputStream.new(sys.stdin.fileno(), False))
    stream.read_line_async(GLib.PRIORITY_DEFAULT, None, host.read)
    Gtk.main()


if __name__ == "__main__":
    main()
