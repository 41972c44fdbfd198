#include "daemon/pipeline/sign_off.h"

#include <cerrno>
#include <fstream>
#include <string>

#include "daemon/ledger/allowed_signers.h"
#include "daemon/ledger/base64.h"
#include "policy/decisions/decisions.h"

namespace tally::pipeline {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;

Result<ledger::AllowedSigners> signers_in(const std::string& path) {
  if (path.empty()) {
    return failure(ErrorKind::denied,
                   "nobody may sign off: name the file of those who may as [service] allowed_signers in the "
                   "configuration");
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text(ledger::kMaxAllowedSignersBytes + 1, '\0');
  if (!file) return base::system_failure("reading " + path, errno == 0 ? ENOENT : errno);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return base::system_failure("reading " + path, EIO);
  text.resize(static_cast<std::size_t>(file.gcount()));
  auto signers = ledger::AllowedSigners::parse(text);
  if (!signers) return tl::unexpected(signers.error().within(path));
  return signers;
}

}  // namespace

Result<ledger::ManifestSigned> check_sign_off(const SignOffQuestion& question) {
  const decisions::SignOff& command = question.command;
  const auto blob = ledger::parse_base64(command.signature);
  if (!blob) return failure(ErrorKind::malformed, "the signature is not base64");
  auto signature = ledger::SshSignature::from_blob(*blob);
  if (!signature) return tl::unexpected(signature.error());
  if (const auto run = question.kept.store.finished_run(command.run); !run) return tl::unexpected(run.error());
  const auto signers = signers_in(question.allowed_signers);
  if (!signers) return tl::unexpected(signers.error());
  const std::string statement = ledger::sign_off_statement(question.kept.recorder.origin(), command.run,
                                                           command.manifest, model::to_string(command.role));
  // `untrusted` would mean that the log is: here it is somebody who did not sign this.
  if (auto good = signature->verify(statement, ledger::kSignOffNamespace); !good) {
    return failure(ErrorKind::denied, good.error().message);
  }
  auto who = signers->signer(signature->key, ledger::kSignOffNamespace, question.now);
  if (!who) return tl::unexpected(who.error());
  const model::SignOff sign_off{0, command.run, command.role, command.manifest, *who, signature->key.fingerprint()};
  if (auto may = decisions::may_sign_off(question.decisions, sign_off); !may) return tl::unexpected(may.error());
  return ledger::ManifestSigned{command.run,           command.role,    command.manifest,
                                std::move(*signature), std::move(*who), question.author};
}

}  // namespace tally::pipeline
