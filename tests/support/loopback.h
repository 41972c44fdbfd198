// Free TCP ports on 127.0.0.1 for test servers.
#pragma once

#include "policy/base/result.h"

namespace tally::support {

/// A port that nothing listens on now. Somebody else may take it before its user does: who starts a server on it
/// tries again with another when the server says "address in use".
base::Result<int> free_port();

/// True when something accepts connections at 127.0.0.1:port.
bool answers(int port);

}  // namespace tally::support
