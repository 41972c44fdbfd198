// WriterLock: one writer at a time. flock(2) on a file that names its holder; the kernel drops it when the holder dies.
//
//   auto lock = take_writer_lock(layout.lock());     // kind `conflict`: "… is held by process 4711"
#pragma once

#include <string>

#include "daemon/recorder/file_operations.h"
#include "policy/base/result.h"

namespace tally::recorder {

/// Held as long as the descriptor lives.
base::Result<Descriptor> take_writer_lock(const std::string& path);

}  // namespace tally::recorder
