// The signer's protocol: what whoever records sends to the process that holds the keys, and what comes back.
//
//   frame    = length u32 | length bytes                       integers are big-endian
//   request  = "H"                                             head
//            | "A" at u64 | bundle                             append (uint16 length and bytes of each leaf)
//            | "R" from u64 | to u64                           read
//   reply    = "+" and, of head: size u64 | vkey length u16 | vkey | note; of read: bundle; of append: nothing
//            | "-" kind u8 | message                           kind: the position in base::ErrorKind
//
//   std::string bytes = encode(AppendRequest{7, leaves});
//   auto request = parse_request(bytes);
//
// Nothing else can be asked: no key leaves the signer, and nothing is signed but the log. Pure; frame.h sends.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "daemon/recorder/log_writer.h"
#include "policy/base/result.h"

namespace tally::recorder {

struct HeadRequest {};
struct AppendRequest {
  std::uint64_t at = 0;
  std::vector<std::string> leaves;
};
struct ReadRequest {
  std::uint64_t from = 0, to = 0;
};
using Request = std::variant<HeadRequest, AppendRequest, ReadRequest>;

std::string encode(const HeadRequest& request);
/// Leaves are at most ledger::kMaxEntryBytes long.
std::string encode_append(std::uint64_t at, std::span<const std::string> leaves);
std::string encode(const ReadRequest& request);
/// Kind `malformed`.
base::Result<Request> parse_request(std::string_view bytes);

std::string encode_reply(const Head& head);
std::string encode_reply(std::span<const std::string> leaves);
std::string encode_done();
std::string encode_reply(const base::Error& error);

/// The error that the other side sent, or kind `malformed` when the reply is not of that form.
base::Result<Head> parse_head(std::string_view reply);
base::Result<std::vector<std::string>> parse_leaves(std::string_view reply);
base::Result<void> parse_done(std::string_view reply);

}  // namespace tally::recorder
