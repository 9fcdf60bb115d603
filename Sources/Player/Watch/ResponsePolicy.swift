/// How far the player may go.
enum WatchMode {
  /// Verdicts are written, for whoever evaluates the blob.
  case observe
  /// They are alerts.
  case alert
  /// The processes are stopped, then killed.
  case enforce
}

/// Whom a response to a process reaches, besides the process and its descendants.
enum Reach {
  case process
  /// What its service started it for: its ancestors below the service's own program.
  case job
  /// Everything in the watched cgroup.
  case cgroup
}

/// What is known about a verdict when it is decided what to do.
struct ResponseFacts: Equatable {
  /// Events were lost among those that the score depends on.
  var isLossy = false
  /// Less is known of the process than its score depends on.
  var isNewcomer = false
  /// Its program is on the list of those that are never touched.
  var isAllowed = false
  /// It is the player itself or process 1.
  var isProtected = false
}

/// What is done about a verdict.
enum Response: Equatable {
  case observed
  case alerted
  /// Enforcement left it alone.
  case spared(SpareReason)
  /// It is stopped, to be killed at a time of CLOCK_MONOTONIC, in nanoseconds.
  case stopped(killTime: UInt64)
  case killed
  /// The kernel refused, with this errno.
  case failed(code: Int32)

  /// What is done, without its particulars, in the order of the metrics.
  enum Action: Int, CaseIterable {
    case observed, alerted, spared, stopped, killed, failed
  }

  var action: Action {
    switch self {
    case .observed: .observed
    case .alerted: .alerted
    case .spared: .spared
    case .stopped: .stopped
    case .killed: .killed
    case .failed: .failed
    }
  }

  /// Whether somebody was stopped or killed; the budget says how often that can be.
  var hasActed: Bool {
    switch self {
    case .stopped, .killed: true
    case .observed, .alerted, .spared, .failed: false
    }
  }
}

/// Why enforcement leaves a process alone.
enum SpareReason {
  case lossy, newcomer, allowed, protected, budgetSpent
  /// It had ended by itself, and so had all that it started.
  case ended

  /// Whether it is that too little is known.
  var isDoubt: Bool { self == .lossy || self == .newcomer }

  /// Whether it may be gone at a later event of the same thread.
  var passes: Bool {
    switch self {
    case .lossy, .newcomer, .budgetSpent: true
    case .allowed, .protected, .ended: false
    }
  }
}

/// Decides what is done about a verdict.
struct ResponsePolicy {
  let mode: WatchMode
  /// From stopping to killing, in nanoseconds; 0 kills at once.
  let killDelay: UInt64
  let killsOnLossy: Bool
  var budget: KillBudget

  /// What is to be done at `now`; the caller spends the budget once it has been.
  func response(to facts: ResponseFacts, at now: UInt64) -> Response {
    switch mode {
    case .observe: return .observed
    case .alert: return .alerted
    case .enforce: break
    }
    if facts.isProtected { return .spared(.protected) }
    if facts.isAllowed { return .spared(.allowed) }
    if facts.isLossy && !killsOnLossy { return .spared(.lossy) }
    if facts.isNewcomer && !killsOnLossy { return .spared(.newcomer) }
    if budget.remaining(at: now) == 0 { return .spared(.budgetSpent) }
    return killDelay == 0 ? .killed : .stopped(killTime: now + killDelay)
  }
}
