// Shows /_sim/overview, and asks for it every second. What others wrote becomes text and nothing else: no markup is ever made from it.
"use strict";
{
  const PAUSE = 1000;
  const RESTING = new Set(["ready", "created"]);
  const BROKEN = /failed|error|degraded|deleted/;
  const PHRASE = new Intl.PluralRules("en");

  const byId = (id) => document.getElementById(id);
  const counted = (number, noun) => `${number} ${noun}${PHRASE.select(number) === "one" ? "" : "s"}`;

  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children.filter((child) => child !== null));
    return element;
  };
  const told = (text) => make("bdi", {}, String(text));
  const pill = (text, level) => make("span", { class: `pill ${level}` }, told(text));
  const status = (text) => pill(text, RESTING.has(text) ? "ok" : BROKEN.test(text) ? "error" : "warning");

  const date = (seconds) => {
    const found = new Date(seconds * 1000);
    return Number.isNaN(found.getTime()) ? null : found.toISOString();
  };
  const moment = (seconds) => {
    const text = date(seconds);
    return text === null ? told(seconds) : make("time", { datetime: text }, `${text.slice(0, 10)} ${text.slice(11, 19)}`);
  };

  // Takes away what is no longer there, and makes anew only what differs: focus, selection and scrolling stay.
  const show = (parent, items, keyOf, build) => {
    const wanted = new Map(items.map((item) => [keyOf(item), JSON.stringify(item)]));
    const known = new Map();
    for (const child of Array.from(parent.children)) {
      if (wanted.get(child.key) === child.shown) known.set(child.key, child);
      else child.remove();
    }
    let next = parent.firstElementChild;
    for (const item of items) {
      const key = keyOf(item);
      const element = known.get(key) ?? Object.assign(build(item), { key, shown: wanted.get(key) });
      if (element === next) next = next.nextElementSibling;
      else parent.insertBefore(element, next);
    }
    const empty = parent.closest("section").querySelector(".empty");
    empty.hidden = items.length > 0;
    const scroll = parent.closest(".scroll");
    if (scroll !== null) scroll.hidden = items.length === 0;
  };

  // Which details somebody has opened or closed, by name: they stay so when they are made anew.
  const folded = new Map();
  const details = (name, open, summary, ...children) => {
    const element = make("details", {}, make("summary", {}, ...summary), ...children);
    element.open = folded.get(name) ?? open;
    element.addEventListener("toggle", () => folded.set(name, element.open));
    return element;
  };

  const table = (caption, columns, rows) =>
    make(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
      make(
        "table",
        {},
        make("caption", {}, caption),
        make("thead", {}, make("tr", {}, ...columns.map((column) => make("th", { scope: "col" }, column)))),
        make("tbody", {}, ...rows.map((cells) => row(columns, cells))),
      ),
    );
  const row = (columns, [first, ...others]) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, first),
      ...others.map((cell, index) => make("td", { "data-column": columns[index + 1] }, cell)),
    );

  const infrastructures = (program) =>
    program.infrastructures.length === 0
      ? make("p", { class: "note" }, "No network infrastructure.")
      : table(
          "Network infrastructures",
          ["Kind", "Region", "Id", "Status"],
          program.infrastructures.map((each) => [told(each.kind), told(each.region), told(each.id), status(each.status)]),
        );

  const networking = (found) => {
    if (found === null) return make("p", { class: "note" }, "Advanced networking is not enabled.");
    const rules = found.portForwards.map((rule) => [
      make("code", {}, `AEM_PROXY_HOST:${rule.portOrig}`),
      make("code", {}, told(`${rule.name}:${rule.portDest}`)),
    ]);
    const hosts = found.nonProxyHosts;
    return make(
      "div",
      {},
      rules.length === 0 ? make("p", { class: "note" }, "No port forwards.") : table("Port forwards", ["AEM connects to", "which leads to"], rules),
      hosts.length === 0 ? null : make("p", { class: "note" }, "Non-proxy hosts: ", told(hosts.join(", "))),
    );
  };

  const variables = (environment) =>
    environment.variables.length === 0
      ? make("p", { class: "note" }, "No variables.")
      : details(
          `variables ${environment.id}`,
          environment.variables.length <= 12,
          [counted(environment.variables.length, "variable")],
          table(
            "Variables",
            ["Name", "Type", "Service", "Status"],
            environment.variables.map((each) => [
              make("code", {}, told(each.name)),
              told(each.type),
              told(each.service ?? "all"),
              status(each.status),
            ]),
          ),
        );

  const environmentOf = (environment) =>
    make(
      "article",
      { class: "environment" },
      make("h4", {}, told(environment.name), " ", make("small", {}, told(`environment ${environment.id}, ${environment.type}`)), " ", status(environment.status)),
      networking(environment.networking),
      variables(environment),
    );

  const programOf = (program) =>
    make(
      "article",
      { class: "card" },
      make("h3", {}, told(program.name), " ", make("small", {}, told(`program ${program.id}, ${program.region}${program.sandbox ? ", sandbox" : ""}`)), " ", status(program.status)),
      infrastructures(program),
      ...program.environments.map(environmentOf),
    );

  const listed = (pairs) =>
    make("dl", {}, ...pairs.flatMap(([name, value]) => (value ? [make("dt", {}, name), make("dd", {}, told(value))] : [])));

  const attachment = (each) => `${each.name || "without a name"} (${each.type}, ${counted(each.size, "byte")})`;

  const mailOf = (mail) =>
    make(
      "article",
      { class: "card" },
      details(
        `mail ${mail.seq} ${mail.time}`,
        true,
        [make("h3", {}, told(mail.subject || "(no subject)")), make("small", {}, moment(mail.time))],
        listed([
          ["From", mail.mailFrom],
          ["To", mail.rcptTo.join(", ")],
          ["Server", `${mail.host}:${mail.port}, TLS: ${mail.tls}`],
          ["User", mail.user],
          ["DKIM", mail.dkim.join(", ")],
          ["Attachments", mail.attachments.map(attachment).join(", ")],
        ]),
        make("pre", { tabindex: "0", "aria-label": "Body" }, told(mail.body || "(no text)")),
        mail.omitted === 0 ? null : make("p", { class: "note" }, `${counted(mail.omitted, "more character")} in /_sim/mails.`),
      ),
    );

  const COLUMNS = ["Request", "Status", "Time", "Request id"];
  const answered = (entry) => {
    if (entry.status === null) return pill("no answer", "error");
    return pill(entry.status, entry.status >= 400 ? "error" : entry.applied ? "info" : "ok");
  };
  const entryOf = (entry) =>
    row(COLUMNS, [
      make(
        "div",
        {},
        make("b", {}, told(entry.method)),
        " ",
        told(entry.path),
        ...entry.doubts.map((each) => make("p", { class: "note" }, told(`Cloud Manager may refuse this: ${each}`))),
      ),
      answered(entry),
      moment(entry.time),
      make("code", {}, told(entry.requestId)),
    ]);

  const effectOf = (fault) => {
    if (fault.action === "second-writer") return `somebody else writes ${counted(fault.portForwards.length, "port forward")} first`;
    if (fault.action === "fail") return "the change that it starts fails";
    if (fault.action === "unexplained") return "answers 400 without a reason while a change or a pipeline is under way";
    const headers = Object.keys(fault.headers ?? {});
    const effects = [
      fault.latency > 0 ? `waits ${fault.latency} s` : "",
      fault.drop === null ? "" : `${fault.drop} it is applied, the connection is closed`,
      fault.status === null ? "" : `answers ${fault.status}`,
      headers.length === 0 ? "" : `sends ${headers.join(", ")}`,
    ];
    return effects.filter(Boolean).join("; ") || "no effect";
  };
  const timesOf = (fault) => (fault.times === null ? "until it is disarmed" : `${fault.times - fault.fired} left`);
  const faultOf = (fault) =>
    make(
      "li",
      { class: "card" },
      make("code", {}, told(`${fault.method} ${fault.path}`)),
      " ",
      told(effectOf(fault)),
      make("p", { class: "note" }, `Happened ${counted(fault.fired, "time")}, ${timesOf(fault)}.`),
    );

  const render = (found) => {
    byId("clock").replaceChildren(moment(found.clock));
    byId("scale").textContent = found.timeScale === 0 ? "the clock stands still" : `× ${found.timeScale}`;
    byId("mail-count").textContent = counted(found.mailCount, "mail");
    byId("request-count").textContent = counted(found.requestCount, "request");
    show(byId("program-list"), found.programs, (each) => each.id, programOf);
    show(byId("mail-list"), found.mails, (each) => each.seq, mailOf);
    show(byId("journal-list"), found.journal, (each) => each.seq, entryOf);
    const armed = found.faults.filter((fault) => fault.times === null || fault.fired < fault.times);
    show(byId("fault-list"), armed.map((fault, index) => ({ index, ...fault })), (each) => each.index, faultOf);
  };

  const tell = (text, level) => {
    const live = byId("live");
    if (live.textContent === text) return;
    live.className = `pill ${level}`;
    live.textContent = text;
  };

  const ask = async () => {
    try {
      const answer = await fetch("/_sim/overview", { cache: "no-store" });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      render(await answer.json());
      tell("live", "ok");
    } catch {
      tell("no answer", "error");
    }
  };

  const follow = async () => {
    if (!document.hidden) await ask();
    setTimeout(follow, PAUSE);
  };
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  follow();
}
