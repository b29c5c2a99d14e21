"""Independent readers of calendars: ical.js run by node, and libical through its C interface.

Each returns what it finds as the same tuples, and raises CalendarProblem where it finds anything to complain of.
"""

import ctypes
import ctypes.util
import json
import shutil
import subprocess

from support.paths import ROOT

ICAL_JS = ROOT / ".node" / "node_modules" / "ical.js" / "dist" / "ical.js"
PROPERTIES = ("uid", "status", "sequence", "dtstart", "dtend", "due", "dtstamp", "summary", "description", "trigger")


class CalendarProblem(Exception):
    """What a reader finds wrong with a calendar."""


class ToolMissing(Exception):
    """A reader that is not installed, with what to install."""


_NODE = """
import { readFileSync } from "node:fs";
const { default: ICAL } = await import(process.argv[1]);
for (const level of ["log", "info", "warn", "error"]) console[level] = (...all) => { throw new Error(all.join(" ")); };
ICAL.design.strict = true;
const root = new ICAL.Component(ICAL.parse(readFileSync(0, "utf-8")));
if (root.name !== "vcalendar") throw new Error("no calendar but " + root.name);
const text = (part, name) => {
  const found = part.getAllProperties(name);
  if (found.length > 1) throw new Error(name + " stands there " + found.length + " times");
  return found.length ? String(found[0].getFirstValue()) : null;
};
const parts = [...root.getAllSubcomponents("vevent"), ...root.getAllSubcomponents("vtodo")];
if (parts.length !== root.getAllSubcomponents().length) throw new Error("a component of another kind");
process.stdout.write(JSON.stringify(parts.map((part) => {
  if (part.name === "vevent") {
    const event = new ICAL.Event(part);
    if (!event.startDate.isDate || event.duration.toSeconds() <= 0) throw new Error("no day-long event: " + event.uid);
  }
  const alarms = part.getAllSubcomponents("valarm");
  if (alarms.length > 1) throw new Error("more than one alarm");
  return JSON.parse(process.argv[2]).map(
    (name) => name === "trigger" ? (alarms.length ? text(alarms[0], name) : null) : text(part, name));
})));
"""


def read_by_ical_js(data):
    """Return what ical.js finds, in strict mode, every complaint taken for an error."""
    if shutil.which("node") is None or not ICAL_JS.exists():
        raise ToolMissing("install node (apt-get install nodejs npm) and ical.js (npm install --prefix .node ical.js)")
    command = ["node", "--input-type=module", "-e", _NODE, ICAL_JS.as_uri(), json.dumps(PROPERTIES)]
    done = subprocess.run(command, input=data, capture_output=True, check=False)
    if done.returncode or done.stderr:
        raise CalendarProblem(done.stderr.decode("utf-8"))
    return {tuple(_plain(value) for value in found) for found in json.loads(done.stdout)}


def read_by_libical(data):
    """Return what libical finds, after its own check of what RFC 5545 and 5546 allow."""
    name = ctypes.util.find_library("ical")
    if name is None:
        raise ToolMissing("install libical (apt-get install libical-dev)")
    library = _Library(ctypes.CDLL(name))
    root = library.parse_string(data)
    if not root:
        raise CalendarProblem("libical finds no calendar")
    errors = library.count_errors(root)
    library.check(root)
    text = library.as_ical_string(root).decode("utf-8")
    lines = text.replace("\r\n ", "").split("\r\n")
    complaints = sorted({line.partition(":")[2] for line in lines if line.startswith("X-LIC-ERROR")})
    if errors or library.count_errors(root) or complaints:
        raise CalendarProblem(*complaints)
    return {
        tuple(_plain(library.value(part, name)) for name in PROPERTIES)
        for kind in ("VEVENT", "VTODO")
        for part in library.parts(root, kind)
    }


class _Library:
    """The few functions of libical that are used, with the types that C does not tell."""

    def __init__(self, library):
        self._library = library
        self.parse_string = self._function("icalparser_parse_string", ctypes.c_void_p, ctypes.c_char_p)
        self.count_errors = self._function("icalcomponent_count_errors", ctypes.c_int, ctypes.c_void_p)
        self.check = self._function("icalrestriction_check", ctypes.c_int, ctypes.c_void_p)
        self.as_ical_string = self._function("icalcomponent_as_ical_string", ctypes.c_char_p, ctypes.c_void_p)
        self._kind = self._function("icalcomponent_string_to_kind", ctypes.c_int, ctypes.c_char_p)
        two = (ctypes.c_void_p, ctypes.c_int)
        self._first = self._function("icalcomponent_get_first_component", ctypes.c_void_p, *two)
        self._next = self._function("icalcomponent_get_next_component", ctypes.c_void_p, *two)
        self._property_kind = self._function("icalproperty_string_to_kind", ctypes.c_int, ctypes.c_char_p)
        self._property = self._function("icalcomponent_get_first_property", ctypes.c_void_p, *two)
        self._value = self._function("icalproperty_get_value", ctypes.c_void_p, ctypes.c_void_p)
        self._text = self._function("icalvalue_get_text", ctypes.c_char_p, ctypes.c_void_p)
        self._is = self._function("icalvalue_isa", ctypes.c_int, ctypes.c_void_p)
        self._value_kind = self._function("icalvalue_string_to_kind", ctypes.c_int, ctypes.c_char_p)
        self._as_string = self._function("icalvalue_as_ical_string", ctypes.c_char_p, ctypes.c_void_p)

    def _function(self, name, result, *arguments):
        found = getattr(self._library, name)
        found.restype, found.argtypes = result, arguments
        return found

    def parts(self, component, kind):
        number = self._kind(kind.encode("ascii"))
        found = self._first(component, number)
        while found:
            yield found
            found = self._next(component, number)

    def value(self, component, name):
        """Return the value of a property as text; that of the alarm's trigger stands in the alarm."""
        if name == "trigger":
            component = self._first(component, self._kind(b"VALARM"))
        found = component and self._property(component, self._property_kind(name.upper().encode("ascii")))
        if not found:
            return None
        value = self._value(found)
        is_text = self._is(value) == self._value_kind(b"TEXT")
        return (self._text if is_text else self._as_string)(value).decode("utf-8")


def _plain(value):
    """Return a value without the punctuation that one reader sets in dates and the other does not."""
    if value is None:
        return None
    digits = value.replace("-", "").replace(":", "")
    return digits if digits[:8].isdigit() and len(digits) <= len("20220131T000000Z") else value
