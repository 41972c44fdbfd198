// fold(): the form in which mails and logins are compared: trimmed, Unicode NFKC_Casefold (UAX #31), so that
// "Jürgen.Groß@…" and "JÜRGEN.GROSS@…" are one. Employee numbers are never folded: "007" is not "7".
#pragma once

#include <string>
#include <string_view>

namespace tally::correlation {

/// Ill-formed UTF-8 comes back trimmed but otherwise as it is: it equals only itself.
std::string fold(std::string_view text);

/// The folded address; empty when it is none: "n/a", "-" and "@" are what people write who have no address, and they
/// must not make two of them one.
std::string mail_key(std::string_view mail);

/// Without ASCII blanks (space, tab, line ends) at both ends.
std::string_view trimmed(std::string_view text);

}  // namespace tally::correlation
