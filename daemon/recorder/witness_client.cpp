#include "daemon/recorder/witness_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "daemon/ledger/merkle.h"
#include "daemon/ledger/tile_tree.h"
#include "daemon/ledger/witness_protocol.h"
#include "policy/base/utf8.h"

namespace tally::recorder {
namespace {

using base::Result;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// How soon a stop is noticed.
constexpr milliseconds kPiece{200};

/// What all exchanges of one round share.
struct Round {
  ledger::TileReader& log;
  const ledger::Note& note;
  const std::string& bytes;  ///< of the note
  const ledger::Checkpoint& tree;
  const std::string& ca_file;
  Clock::time_point until;
};

milliseconds left(Clock::time_point until) {
  return std::max(std::chrono::ceil<milliseconds>(until - Clock::now()), milliseconds{0});
}

/// libcurl's write callback: takes bytes until there are too many. Nothing may be thrown through C.
std::size_t take_bytes(const char* bytes, std::size_t, std::size_t count, void* body) noexcept {
  try {
    auto& text = *static_cast<std::string*>(body);
    if (text.size() + count > kMaxWitnessReplyBytes) return 0;
    text.append(bytes, count);
    return count;
  } catch (...) {
    return 0;
  }
}

/// The talk with one witness: at most two requests, the second with the size that the first one was told.
class Exchange {
 public:
  Exchange(const Round& round, const ledger::TrustPolicy::Witness& witness, std::uint64_t old_size)
      : round_(round), witness_(witness), old_size_(std::min(old_size, round.tree.size)) {}
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange() {
    curl_easy_cleanup(easy_);
    curl_slist_free_all(headers_);
  }

  /// The prepared request; nullptr when there is nothing to send, and answer() says why.
  CURL* prepare();
  /// True when it wants to be prepared once more.
  bool finish(CURLcode code);
  [[nodiscard]] CURL* easy() const { return easy_; }
  [[nodiscard]] const WitnessAnswer& answer() const { return answer_; }

 private:
  void unreachable(std::string_view why) {
    answer_ = {WitnessSays::unreachable, fmt::format("witness {}: {}", base::displayable(witness_.name), why)};
  }
  void set_options();

  const Round& round_;
  const ledger::TrustPolicy::Witness& witness_;
  std::uint64_t old_size_;
  bool asked_again_ = false;
  CURL* easy_ = nullptr;
  curl_slist* headers_ = nullptr;
  std::string request_, reply_;
  char trouble_[CURL_ERROR_SIZE] = "";
  WitnessAnswer answer_;
};

CURL* Exchange::prepare() {
  if (witness_.url.empty()) {
    unreachable("the policy has no URL of it");
    return nullptr;
  }
  ledger::AddCheckpoint request{old_size_, {}, round_.bytes};
  if (old_size_ != 0) {
    auto proof =
        ledger::consistency_proof(old_size_, round_.tree.size, ledger::tile_nodes(round_.log, round_.tree.size));
    if (!proof) {
      unreachable(fmt::format("no proof from {} entries: {}", old_size_, proof.error().message));
      return nullptr;
    }
    request.proof = std::move(*proof);
  }
  request_ = request.format();
  reply_.clear();
  if (easy_ == nullptr) easy_ = curl_easy_init();
  if (headers_ == nullptr) headers_ = curl_slist_append(nullptr, "Content-Type: text/plain; charset=utf-8");
  if (headers_ == nullptr || easy_ == nullptr) {
    unreachable("no memory for a request");
    return nullptr;
  }
  set_options();
  return easy_;
}

void Exchange::set_options() {
  const bool plain = witness_.url.starts_with("http://");
  curl_easy_setopt(easy_, CURLOPT_URL, (witness_.url + std::string(ledger::kAddCheckpointPath)).c_str());
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, plain ? "http" : "https");
  curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy_, CURLOPT_PROXY, "");
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!round_.ca_file.empty()) curl_easy_setopt(easy_, CURLOPT_CAINFO, round_.ca_file.c_str());
  curl_easy_setopt(easy_, CURLOPT_POST, 1L);
  curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE, static_cast<long>(request_.size()));
  curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, request_.data());
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
  curl_easy_setopt(easy_, CURLOPT_USERAGENT, "tallystick");
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(milliseconds(kWitnessConnectDeadline).count()));
  // 0 would mean "no limit"
  curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, std::max(static_cast<long>(left(round_.until).count()), 1L));
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, take_bytes);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, &reply_);
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, trouble_);
  unreachable("did not answer in time");  // until it does
}

bool Exchange::finish(CURLcode code) {
  if (code == CURLE_OPERATION_TIMEDOUT) return false;
  if (code == CURLE_WRITE_ERROR) {
    unreachable(fmt::format("its answer is longer than {} bytes", kMaxWitnessReplyBytes));
    return false;
  }
  if (code != CURLE_OK) {
    const std::string_view detail = trouble_;
    unreachable(
        fmt::format("{}: {}", witness_.url, base::displayable(detail.empty() ? curl_easy_strerror(code) : detail)));
    return false;
  }
  long status = 0;
  const char* type = nullptr;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy_, CURLINFO_CONTENT_TYPE, &type);
  answer_ = read_reply({static_cast<int>(status), type == nullptr ? "" : type, reply_}, round_.note, round_.tree,
                       old_size_, witness_);
  if (answer_.says != WitnessSays::has_size || asked_again_) return false;
  asked_again_ = true;
  old_size_ = *answer_.size;
  return true;
}

/// A multi handle with its easy ones: those leave it before they end.
class Transfers {
 public:
  Transfers() : multi_(curl_multi_init()) {}
  Transfers(const Transfers&) = delete;
  Transfers& operator=(const Transfers&) = delete;
  ~Transfers() {
    for (CURL* easy : running_) curl_multi_remove_handle(multi_, easy);
    curl_multi_cleanup(multi_);
  }
  void start(CURL* easy) {
    if (easy == nullptr || curl_multi_add_handle(multi_, easy) != CURLM_OK) return;
    running_.push_back(easy);
  }
  [[nodiscard]] bool idle() const { return running_.empty(); }
  /// Lets them work for a while; gives each that has ended, once.
  std::vector<std::pair<CURL*, CURLcode>> work(milliseconds at_most) {
    int count = 0;
    std::vector<std::pair<CURL*, CURLcode>> ended;
    if (curl_multi_perform(multi_, &count) != CURLM_OK) running_.clear();
    while (const CURLMsg* message = curl_multi_info_read(multi_, &count)) {
      if (message->msg == CURLMSG_DONE) ended.emplace_back(message->easy_handle, message->data.result);
    }
    for (const auto& [easy, code] : ended) {
      curl_multi_remove_handle(multi_, easy);
      std::erase(running_, easy);
    }
    if (ended.empty()) curl_multi_poll(multi_, nullptr, 0, static_cast<int>(at_most.count()), nullptr);
    return ended;
  }

 private:
  CURLM* multi_;
  std::vector<CURL*> running_;
};

void talk(std::vector<std::unique_ptr<Exchange>>& exchanges, Clock::time_point until, const std::stop_token& stop) {
  Transfers transfers;
  for (const auto& exchange : exchanges) transfers.start(exchange->prepare());
  while (!transfers.idle() && Clock::now() < until && !stop.stop_requested()) {
    for (const auto& [easy, code] : transfers.work(std::min(kPiece, left(until)))) {
      const auto exchange = std::find_if(exchanges.begin(), exchanges.end(),
                                         [easy = easy](const auto& one) { return one->easy() == easy; });
      if ((*exchange)->finish(code)) transfers.start((*exchange)->prepare());
    }
  }
}

}  // namespace

/// libcurl counts who uses it.
struct WitnessClient::Library {
  Library() : ready(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) {}
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  ~Library() {
    if (ready) curl_global_cleanup();
  }
  bool ready;
};

WitnessClient::WitnessClient(ledger::TrustPolicy policy, std::string ca_file, std::unique_ptr<Library> library)
    : policy_(std::move(policy)), ca_file_(std::move(ca_file)), library_(std::move(library)) {}
WitnessClient::WitnessClient(WitnessClient&&) noexcept = default;
WitnessClient& WitnessClient::operator=(WitnessClient&&) noexcept = default;
WitnessClient::~WitnessClient() = default;

Result<WitnessClient> WitnessClient::create(ledger::TrustPolicy policy, std::string ca_file) {
  auto library = std::make_unique<Library>();
  if (!library->ready) return base::failure(base::ErrorKind::unavailable, "libcurl cannot be started");
  return WitnessClient(std::move(policy), std::move(ca_file), std::move(library));
}

Result<WitnessRound> WitnessClient::submit(ledger::TileReader& log, const std::string& note, milliseconds within,
                                           const std::stop_token& stop) {
  const auto parsed = ledger::Note::parse(note);
  if (!parsed) return tl::unexpected(parsed.error());
  const auto tree = ledger::Checkpoint::parse(parsed->text);
  if (!tree) return tl::unexpected(tree.error());
  const Round round{log, *parsed, note, *tree, ca_file_, Clock::now() + within};

  std::vector<std::unique_ptr<Exchange>> exchanges;
  for (const auto& witness : policy_.witnesses()) {
    exchanges.push_back(std::make_unique<Exchange>(round, witness, sizes_[witness.name]));
  }
  talk(exchanges, round.until, stop);

  WitnessRound result{{}, note, false};
  std::vector<ledger::Signer> signers;
  for (std::size_t i = 0; i < exchanges.size(); ++i) {
    const WitnessAnswer& answer = exchanges[i]->answer();
    if (answer.signer) {
      signers.push_back(*answer.signer);
      result.note += answer.line;
      sizes_[policy_.witnesses()[i].name] = tree->size;
    } else if (answer.says == WitnessSays::has_size) {
      sizes_[policy_.witnesses()[i].name] = *answer.size;
    }
    result.answers.push_back(answer);
  }
  result.quorum = policy_.met(signers);
  return result;
}

}  // namespace tally::recorder
