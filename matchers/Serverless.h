//===- Serverless.h - work in a container that ends with the response -----===//
//
// Where the platform freezes or kills the container once the response is sent, whatever is still
// running then is lost. What that means for levels, words and advice is here.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"

namespace tether {

/// The end of a message about work that outlives the response.
inline constexpr llvm::StringLiteral ServerlessConsequence =
    "; when the container is frozen after the response, what is not done yet is lost";

/// How to settle it.
inline constexpr llvm::StringLiteral ServerlessHelp =
    "await it before the response, with a higher time limit of the platform if need be, or hand "
    "the job to a durable queue or workflow engine";

/// Markdown: what to do with work that a serverless handler wants to leave behind.
inline constexpr llvm::StringLiteral ServerlessDocs = R"md(
## Under the serverless runtime

With `runtime: serverless`, and in the handlers of frameworks that are known to run so, this is an
error: the container is frozen or killed once the response is sent, and the work with it; no error, no
log. Callbacks that are meant to run "after" the response, timers and background scopes are no way
out. In this order:

| what the work needs | what to do |
|---|---|
| it takes a moment, and the client can wait | await it inline, before the response |
| it takes longer than the platform allows | raise the time limit, and await it inline |
| it must be retried, or outlive a deployment | put it into a durable queue or workflow engine (SQS, Cloud Tasks, QStash, Inngest, Temporal, Trigger.dev), and await the call that enqueues it |
| it need not happen at all | do not start it |
)md";

} // namespace tether
