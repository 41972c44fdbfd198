"""The check finds what it is there to find: each test plants one violation in a small tree of its own."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
sys.dont_write_bytecode = True
import check  # noqa: E402

TABLES = """
| library | may include | third-party, in .cpp files | third-party, in headers too |
|---|---|---|---|
| `policy/base` | | `fmt` | `expected` |
| `policy/model` | `policy/base` | | |
| `connectors` | `policy/*` | | `system` |

| family | headers |
|---|---|
| `expected` | `tl/expected.hpp` |
| `fmt` | `fmt/*` |
| `ldap` | `ldap.h` |
| `system` | `unistd.h` `fstream` |
"""
HEADER = "#pragma once\n"


class PlantedViolation(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name)
        self.plant("docs/design/libraries.md", TABLES)
        self.plant(".clang-format", "BasedOnStyle: Google\nColumnLimit: 120\n")
        self.plant(".gitignore", "/build/\n")
        self.plant("policy/base/id.h", HEADER + "\nnamespace tally {\nstruct Id {};\n}  // namespace tally\n")
        self.plant("policy/base/id.cpp", '#include "policy/base/id.h"\n')
        self.plant("policy/model/person.h", HEADER + '\n#include <string>\n\n#include "policy/base/id.h"\n')

    def plant(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def finds(self, *parts, only=None):
        """Exactly one violation, and its line holds all `parts`."""
        found = check.violations(self.root, only)
        self.assertEqual(len(found), 1, found)
        for part in parts:
            self.assertIn(part, found[0])

    def test_a_clean_tree_has_none(self):
        self.assertEqual(check.violations(self.root), [])

    def test_an_include_against_the_arrows(self):
        self.plant("policy/base/id.cpp", '#include "policy/base/id.h"\n\n#include "policy/model/person.h"\n')
        self.finds("policy/base/id.cpp:3:", "policy/base may not include policy/model", only="includes")

    def test_an_include_of_a_header_that_does_not_exist(self):
        self.plant("policy/model/person.cpp", '#include "person.h"\n')
        self.finds("policy/model/person.cpp:1:", "path from the top", only="includes")

    def test_a_third_party_header_that_the_table_does_not_allow(self):
        self.plant("policy/base/id.cpp", '#include "policy/base/id.h"\n\n#include <ldap.h>\n')
        self.finds("policy/base/id.cpp:3:", "<ldap.h> (ldap)", only="includes")

    def test_a_third_party_header_that_nobody_named(self):
        self.plant("policy/base/id.cpp", '#include "policy/base/id.h"\n\n#include <curl/curl.h>\n')
        self.finds("policy/base/id.cpp:3:", "<curl/curl.h> belongs to no family", only="includes")

    def test_a_third_party_header_in_a_header_that_others_include(self):
        self.plant("policy/base/id.h", HEADER + "\n#include <fmt/format.h>\n")
        self.finds("policy/base/id.h:3:", "shows outside policy/base", only="includes")

    def test_a_third_party_header_that_others_include_over_a_second_header(self):
        self.plant("policy/base/id.h", HEADER + '\n#include "policy/base/inner.h"\n')
        self.plant("policy/base/inner.h", HEADER + "\n#include <fmt/format.h>\n")
        self.finds("policy/base/inner.h:3:", "shows outside policy/base", only="includes")

    def test_a_header_of_the_folder_alone_may_show_what_its_sources_use(self):
        self.plant("policy/base/inner.h", HEADER + "\n#include <fmt/format.h>\n")
        self.plant("policy/base/id.cpp", '#include "policy/base/id.h"\n\n#include "policy/base/inner.h"\n')
        self.assertEqual(check.violations(self.root, "includes"), [])

    def test_a_policy_that_opens_files(self):
        self.plant("policy/base/id.cpp", '#include "policy/base/id.h"\n\n#include <fstream>\n')
        self.finds("policy/base/id.cpp:3:", "<fstream> (system)", only="includes")

    def test_a_library_without_a_row(self):
        self.plant("policy/extra/thing.h", HEADER)
        self.finds("policy/extra/thing.h:1:", "no row", only="includes")

    def test_what_the_table_allows_is_allowed(self):
        self.plant("policy/base/id.h", HEADER + "\n#include <tl/expected.hpp>\n")
        self.plant("policy/base/id.cpp", '#include "policy/base/id.h"\n\n#include <fmt/format.h>\n')
        self.plant("connectors/source.h", HEADER + '\n#include <fstream>\n\n#include "policy/model/person.h"\n')
        self.assertEqual(check.violations(self.root, "includes"), [])

    def test_folders_that_include_each_other(self):
        self.plant("policy/base/id.cpp", '#include "policy/base/id.h"\n\n#include "policy/model/person.h"\n')
        self.finds("policy/base -> policy/model -> policy/base", only="cycles")

    def test_a_header_that_needs_another(self):
        self.plant("policy/base/text.h", HEADER + "\ninline std::string text() { return {}; }\n")
        self.finds("policy/base/text.h:1:", "does not stand alone", "std", only="headers")

    def test_a_source_that_includes_its_header_late(self):
        self.plant("policy/base/id.cpp", '#include <string>\n\n#include "policy/base/id.h"\n')
        self.finds("policy/base/id.cpp:1:", "first include", only="headers")

    def test_a_header_that_can_be_included_twice(self):
        self.plant("policy/base/text.h", "struct Text {};\n")
        self.finds("policy/base/text.h:1:", "#pragma once", only="headers")

    def test_a_function_of_sixty_one_lines(self):
        body = "  ++x;\n" * 58
        self.plant("policy/base/id.cpp", '#include "policy/base/id.h"\n\nint sixty(int x) {\n' + body + "}\n")
        self.assertEqual(check.violations(self.root, "functions"), [])
        self.plant("policy/base/id.cpp", '#include "policy/base/id.h"\n\nint more(int x) {\n  ++x;\n' + body + "}\n")
        self.finds("policy/base/id.cpp:3: more has 61 lines", only="functions")

    def test_a_source_of_four_hundred_and_one_lines(self):
        self.plant("policy/base/id.h", HEADER * 400)
        self.assertEqual(check.violations(self.root, "files"), [])
        self.plant("policy/base/id.h", HEADER * 401)
        self.finds("policy/base/id.h:400: 401 lines", only="files")

    def test_names_that_say_nothing(self):
        for name in ("policy/base/util.h", "policy/misc/id.h", "tests/support/ldap_helpers.h", "policy/base/Manager.cpp"):
            with self.subTest(name):
                self.plant(name, HEADER)
                self.finds("says nothing", only="names")
                (self.root / name).unlink()
                if "misc" in name:
                    (self.root / name).parent.rmdir()

    def test_names_that_only_look_like_them(self):
        self.plant("policy/base/common_name.h", HEADER)
        self.plant("policy/base/utilisation.h", HEADER)
        self.assertEqual(check.violations(self.root, "names"), [])

    def test_a_new_file_at_the_top(self):
        self.plant("build/anything", "")
        self.plant("notes.txt", "")
        self.finds("notes.txt:1:", "fixed layout", only="top-level")

    def test_a_source_in_another_format(self):
        self.plant("policy/base/id.cpp", '#include "policy/base/id.h"\n\nint  x;\n')
        self.finds("policy/base/id.cpp:3:", "not formatted", only="format")

    def test_what_was_left_for_later(self):
        self.plant("policy/base/id.cpp", '#include "policy/base/id.h"\n// TODO: more\n')
        self.finds("policy/base/id.cpp:2: TODO", only="unfinished")


class TheProjectsOwnTable(unittest.TestCase):
    def test_names_a_row_for_each_library_of_the_build(self):
        root = pathlib.Path(__file__).resolve().parents[2]
        libraries, families = check.read_tables(root / "docs/design/libraries.md")
        built = set(check.re.findall(r"^tally_library\((\S+)", (root / "CMakeLists.txt").read_text(), check.re.M))
        self.assertEqual(built - set(libraries), set())
        for library, (_, in_sources, in_headers) in libraries.items():
            self.assertEqual(set(in_sources + in_headers) - set(families), set(), library)


if __name__ == "__main__":
    unittest.main()
