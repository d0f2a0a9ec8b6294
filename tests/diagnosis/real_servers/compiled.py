"""Go, Ruby and Java: one process listens on a port for each of several snippets, since it takes long to start."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .installed import needs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .serving import ConfigureAll

BUILT_WITHIN = 240.0  # seconds
GO_SOURCES = Path("/usr/share/gocode")
JARS = Path("/usr/share/java")


def _built(command: Sequence[str], folder: Path, **environment: str) -> None:
    """Run a compiler. Fails with what it says."""
    ran = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, timeout=BUILT_WITHIN
    )
    if ran.returncode:
        pytest.fail((ran.stdout + ran.stderr).decode(errors="replace"))


def _go_program(folder: Path, package: str, texts: Sequence[str], of_a_snippet: str, main: str) -> Sequence[str]:
    """Each snippet stands in a file of its own: its imports at the top, the rest in a function."""
    program = needs("go")
    if not (GO_SOURCES / "src" / package).is_dir():
        pytest.skip(f"{package} is not installed")
    for number, text in enumerate(texts):
        end = "\n)\n" if text.startswith("import (") else "\n\n"
        imports, _, body = text.partition(end)
        imports += end
        function = of_a_snippet.replace("NUMBER", str(number)).replace("BODY", body or "handler := mux")
        (folder / f"snippet{number}.go").write_text(f"package main\n\n{imports}\n{function}")
    (folder / "main.go").write_text(main)
    environment = {"GO111MODULE": "off", "GOPATH": str(GO_SOURCES), "GOFLAGS": ""}
    _built([program, "build", "-o", "server", "."], folder, **environment)
    return [str(folder / "server")]


def go(folder: Path, ports: Sequence[int], texts: Sequence[str]) -> Sequence[str]:
    starts = "\n".join(
        f'\tgo http.ListenAndServe("127.0.0.1:{port}", with{number}(mux))' for number, port in enumerate(ports)
    )
    return _go_program(
        folder,
        "github.com/rs/cors",
        texts,
        'import "net/http"\n\nfunc withNUMBER(mux http.Handler) http.Handler {\nBODY\nreturn handler\n}\n',
        f"""package main

import "net/http"

func main() {{
	mux := http.NewServeMux()
	mux.HandleFunc("/items", func(response http.ResponseWriter, request *http.Request) {{
		response.Header().Set("Server", "go")
		response.Write([]byte("stored"))
	}})
	mux.HandleFunc("/broken", func(response http.ResponseWriter, request *http.Request) {{
		http.Error(response, "broken", 500)
	}})
{starts}
	select {{}}
}}
""",
    )


def gin(folder: Path, ports: Sequence[int], texts: Sequence[str]) -> Sequence[str]:
    starts = "\n".join(f'\tstart("127.0.0.1:{port}", with{number})' for number, port in enumerate(ports))
    body_of_none = [text or "\n\n_ = router" for text in texts]
    return _go_program(
        folder,
        "github.com/gin-contrib/cors",
        body_of_none,
        'import "github.com/gin-gonic/gin"\n\nfunc withNUMBER(router *gin.Engine) {\nBODY\n}\n',
        f"""package main

import "github.com/gin-gonic/gin"

func start(address string, with func(*gin.Engine)) {{
	router := gin.New()
	with(router)
	router.Any("/items", func(context *gin.Context) {{
		context.Header("Server", "gin")
		context.String(200, "stored")
	}})
	router.Any("/broken", func(context *gin.Context) {{ context.AbortWithStatus(500) }})
	go router.Run(address)
}}

func main() {{
	gin.SetMode(gin.ReleaseMode)
{starts}
	select {{}}
}}
""",
    )


def rails(folder: Path, ports: Sequence[int], texts: Sequence[str]) -> Sequence[str]:
    """An application for each snippet, as its initializer, in a child of one process."""
    program = needs("ruby")
    asked = 'require "action_controller/railtie"; require "rack/cors"; require "puma"'
    if subprocess.run([program, "-e", asked], capture_output=True, timeout=BUILT_WITHIN).returncode:
        pytest.skip("Rails, rack-cors or Puma is not installed")
    for port, text in zip(ports, texts, strict=True):
        initializers = folder / str(port) / "config" / "initializers"
        initializers.mkdir(parents=True)
        (initializers / "cors.rb").write_text(text)
    (folder / "server.rb").write_text(
        """require "action_controller/railtie"
require "rack/cors"
require "puma"
children = ARGV.map do |port|
  fork do
    class Program < Rails::Application; end
    Program.config.root = File.join(__dir__, port)
    Program.config.eager_load = false
    Program.config.secret_key_base = "x" * 64
    Program.config.consider_all_requests_local = false
    Program.config.logger = Logger.new(nil)
    Program.config.hosts.clear
    Program.initialize!
    Program.routes.draw do
      match "/items", to: ->(env) { [200, { "Server" => "rails" }, ["stored"]] }, via: :all
      match "/broken", to: ->(env) { raise "broken" }, via: :all
    end
    server = Puma::Server.new(Program, Puma::Events.null)
    server.add_tcp_listener("127.0.0.1", port.to_i)
    server.run.join
  end
end
trap("TERM") { children.each { |child| Process.kill("KILL", child) }; exit }
Process.waitall
"""
    )
    return [program, str(folder / "server.rb"), *map(str, ports)]


def spring(folder: Path, ports: Sequence[int], texts: Sequence[str]) -> Sequence[str]:
    """The configuration class of each snippet in a package of its own; the filter that it makes in an embedded Tomcat.

    Its method is called here: Debian's Spring cannot enhance a class, since it comes with another ASM.
    """
    compiler, program = needs("javac"), needs("java")
    names = ("core", "beans", "context", "aop", "expression", "web")
    jars = [JARS / f"spring3-{name}.jar" for name in names]
    jars += [JARS / "commons-logging.jar", JARS / "servlet-api.jar", *JARS.glob("tomcat9-*.jar")]
    if missing := [jar.name for jar in jars if not jar.exists()] or not list(JARS.glob("tomcat9-catalina.jar")):
        pytest.skip(f"Spring or Tomcat 9 is not installed: {missing}")
    files = []
    for number, text in enumerate(texts):
        file = folder / f"with{number}" / "CorsSettings.java"
        file.parent.mkdir()
        file.write_text(
            f"package with{number};\n{text}" if text else f"package with{number};\nclass CorsSettings {{}}\n"
        )
        files.append(str(file))
    (folder / "Main.java").write_text(
        """import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.logging.LogManager;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.springframework.web.filter.CorsFilter;

public class Main {
  static class Program extends HttpServlet {
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
      response.setHeader("Server", "spring");
      if (request.getRequestURI().equals("/broken")) { response.sendError(500); return; }
      response.getWriter().write("stored");
    }
  }

  public static void main(String[] ports) throws Exception {
    LogManager.getLogManager().reset();
    for (int number = 0; number < ports.length; number++) {
      Tomcat tomcat = new Tomcat();
      tomcat.setBaseDir(ports[number]);
      tomcat.setPort(Integer.parseInt(ports[number]));
      tomcat.getConnector().setProperty("address", "127.0.0.1");
      Context context = tomcat.addContext("", null);
      Tomcat.addServlet(context, "program", new Program());
      context.addServletMappingDecoded("/*", "program");
      Class<?> settings = Class.forName("with" + number + ".CorsSettings");
      for (Method bean : settings.getDeclaredMethods()) {
        if (bean.getReturnType() != CorsFilter.class) continue;
        bean.setAccessible(true);
        Constructor<?> made = settings.getDeclaredConstructor();
        made.setAccessible(true);
        CorsFilter filter = (CorsFilter) bean.invoke(made.newInstance());
        FilterDef definition = new FilterDef();
        definition.setFilterName("cors");
        definition.setFilter(filter);
        context.addFilterDef(definition);
        FilterMap map = new FilterMap();
        map.setFilterName("cors");
        map.addURLPattern("/*");
        context.addFilterMap(map);
      }
      tomcat.start();
    }
    Thread.currentThread().join();
  }
}
"""
    )
    path = ":".join(map(str, jars))
    command = [compiler, "-nowarn", "-cp", path, "-d", str(folder), "Main.java", *files]
    _built(command, folder)
    return [program, "-XX:TieredStopAtLevel=1", "-cp", f"{folder}:{path}", "Main", *map(str, ports)]


COMPILED: dict[str, ConfigureAll] = {each.__name__: each for each in (go, gin, rails, spring)}
