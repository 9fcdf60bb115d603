import CPlatform
import KernelTrace
import LiveTrace
import Scoring

extension WatchEngine {
  mutating func respond(
    to verdict: Verdict, of thread: UnsafeMutablePointer<ThreadEntry>, _ index: Int
  ) {
    let process = thread.pointee.process
    if process.pointee.incident != 0 {
      counters.repeated += 1
      return
    }
    var verdict = verdict
    if verdict.name.count == 0 { verdict.name = process.pointee.name }
    var facts = facts(of: verdict, process, index)
    facts.isAllowed = isAllowed(process.pointee)
    facts.isProtected = isProtected(process.pointee.pid)
    var details = AlertDetails(
      response: response(to: facts, process), delay: 0, service: process.pointee.service)
    switch details.response {
    case .stopped(let killTime): begin(verdict, process.pointee.pid, killTime, &details)
    case .killed: begin(verdict, process.pointee.pid, nil, &details)
    case .observed, .alerted, .spared, .failed: break
    }
    switch details.response {
    case .spared(let reason): thread.pointee.isUnanswered = reason.passes
    case .failed:
      thread.pointee.isUnanswered = true
      thread.pointee.answerTime = verdict.time + Self.retryInterval
    case .observed, .alerted, .stopped, .killed: thread.pointee.isUnanswered = false
    }
    let now = mle_now()
    details.delay = now > verdict.time ? now - verdict.time : 0
    counters.responses[details.response.action.rawValue] += 1
    alerts.put(verdict, by: detectors[index].session.scorer, details, at: now)
  }

  /// Responds to an alarm that a thread raised before and nothing was done about, if it is over a
  /// threshold still and the reason has gone or the kernel may have changed its mind. Of what it does
  /// until then there is no further alert.
  mutating func reconsider(
    _ thread: UnsafeMutablePointer<ThreadEntry>, after event: TraceEvent, _ index: Int
  ) {
    if event.time < thread.pointee.answerTime { return }
    let process = thread.pointee.process
    guard process.pointee.incident == 0,
      let verdict = detectors[index].verdict(after: event)
    else {
      thread.pointee.isUnanswered = false
      return
    }
    if case .spared = response(to: facts(of: verdict, process, index), process) { return }
    respond(to: verdict, of: thread, index)
  }

  /// What is to be done; counts that a process is left alone because its score is in doubt.
  private mutating func response(
    to facts: ResponseFacts, _ process: UnsafeMutablePointer<ProcessEntry>
  ) -> Response {
    let response = policy.response(to: facts, at: mle_now())
    if case .spared(let reason) = response, reason.isDoubt { process.pointee.reprieve += 1 }
    return response
  }

  /// What only the scorer knows.
  private func facts(
    of verdict: Verdict, _ process: UnsafeMutablePointer<ProcessEntry>, _ index: Int
  ) -> ResponseFacts {
    if process.pointee.reprieve >= detectors[index].longestReprieve { return ResponseFacts() }
    return ResponseFacts(
      isLossy: detectors[index].isLossy(verdict),
      isNewcomer: detectors[index].isNewcomer(verdict.thread))
  }

  func isProtected(_ pid: UInt32) -> Bool { pid <= 1 || pid == rules.ownProcess }

  func isAllowed(_ process: ProcessEntry) -> Bool { isAllowed(process.pid, process.name) }

  /// Whether a process of this name is never touched.
  @inline(never)
  func isAllowed(_ pid: UInt32, _ name: ProgramName) -> Bool {
    for pattern in rules.allowed where pattern.matches(name, runs: { responder.runs(pid, $0) }) {
      return true
    }
    return false
  }
}
