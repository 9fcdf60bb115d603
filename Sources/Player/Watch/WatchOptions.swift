import LiveTrace

/// What `mle-player watch` is told, on the command line or in a file.
struct WatchOptions {
  private(set) var source = SourceOptions()
  private(set) var models: [ModelChoice] = []
  private(set) var mode = WatchMode.observe
  /// In milliseconds.
  private(set) var killAfter = 1000
  private(set) var killBudget = 60
  private(set) var killsOnLossy = false
  private(set) var reach = Reach.job
  private(set) var allowed: [ProgramPattern] = []
  private(set) var alerts = AlertOptions()
  private(set) var metrics: UnsafePointer<CChar>?
  private(set) var processes = 256
  private(set) var configuration: UnsafePointer<CChar>?
  private var fallbacks: [ModelChoice] = []

  /// Takes words as C's `main` gets them, from number `start` on; those that were taken before may be
  /// overruled.
  mutating func take(
    _ count: Int, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, from start: Int
  ) throws(Arguments.Mistake) {
    source.live.wakesAtUrgentCalls = true
    source.allowOverruling()
    var index = start
    while index < count, let word = words[index] {
      if try source.take(count, words, &index) { continue }
      if word[0] != 0x2d {
        models.append(Self.choice(word))
        index += 1
      } else if Self.isSwitch(word) {
        takeSwitch(word)
        index += 1
      } else {
        guard Self.isOption(word) else { throw .unknownOption(index) }
        guard index + 1 < count, let value = words[index + 1], value[0] != 0 else {
          throw .noValue(index)
        }
        try take(word, value, index)
        index += 2
      }
    }
  }

  /// Checks what no single word shows, and gives every fallback to its model.
  mutating func finish() throws(Arguments.Mistake) {
    guard !models.isEmpty else { throw .noModel }
    guard let target = source.target else { throw .noTarget }
    if reach == .cgroup {
      guard case .cgroup = target else { throw .reachWithoutCgroup }
    }
    if alerts.syslog != nil && mode == .observe { throw .syslogWhileObserving }
    for fallback in fallbacks {
      guard let index = models.firstIndex(where: { $0.isFor(fallback.program) }) else {
        throw .fallbackOfNothing
      }
      models[index].fallback = fallback.file
    }
    for index in models.indices
    where models[..<index].contains(where: { $0.isFor(models[index].program) }) {
      throw .secondModel
    }
  }

  /// `[PROGRAM=]FILE`.
  private static func choice(_ word: UnsafeMutablePointer<CChar>) -> ModelChoice {
    var sign = 0
    while word[sign] != 0 && word[sign] != 0x3d { sign += 1 }
    guard word[sign] != 0, sign > 0 else {
      return ModelChoice(program: nil, file: UnsafePointer(word))
    }
    let program = UnsafeMutablePointer<CChar>.allocate(capacity: sign + 1)
    program.initialize(from: word, count: sign)
    (program + sign).initialize(to: 0)
    return ModelChoice(
      program: ProgramPattern(UnsafePointer(program)), file: UnsafePointer(word + sign + 1))
  }

  /// Whether it is an option without a value.
  static func isSwitch(_ word: UnsafePointer<CChar>) -> Bool {
    isOneOf(word, switches)
  }

  private static func isOption(_ word: UnsafePointer<CChar>) -> Bool {
    isOneOf(word, options)
  }

  private static func isOneOf<let N: Int>(
    _ word: UnsafePointer<CChar>, _ names: InlineArray<N, StaticString>
  ) -> Bool {
    for index in names.indices where Arguments.matches(word, names[index]) { return true }
    return false
  }

  private static let switches: InlineArray<3, StaticString> = [
    "--kill-on-lossy", "--explain", "--syslog",
  ]
  private static let options: InlineArray<13, StaticString> = [
    "--model", "--fallback", "--mode", "--kill-after", "--kill-budget", "--allow", "--reach",
    "--alerts", "--syslog-socket", "--alert-rate", "--metrics", "--processes", "--config",
  ]
}

// MARK: One by one

extension WatchOptions {
  private mutating func takeSwitch(_ word: UnsafePointer<CChar>) {
    if Arguments.matches(word, "--kill-on-lossy") {
      killsOnLossy = true
    } else if Arguments.matches(word, "--explain") {
      alerts.explains = true
    } else if alerts.syslog == nil {
      let path: StaticString = "/dev/log"
      alerts.syslog = UnsafeRawPointer(path.utf8Start).assumingMemoryBound(to: CChar.self)
    }
  }

  private mutating func take(
    _ word: UnsafePointer<CChar>, _ value: UnsafeMutablePointer<CChar>, _ index: Int
  ) throws(Arguments.Mistake) {
    if Arguments.matches(word, "--model") {
      models.append(Self.choice(value))
    } else if Arguments.matches(word, "--fallback") {
      fallbacks.append(Self.choice(value))
    } else if Arguments.matches(word, "--allow") {
      allowed.append(ProgramPattern(UnsafePointer(value)))
    } else if Arguments.matches(word, "--alerts") {
      alerts.file = UnsafePointer(value)
    } else if Arguments.matches(word, "--syslog-socket") {
      alerts.syslog = UnsafePointer(value)
    } else if Arguments.matches(word, "--metrics") {
      metrics = UnsafePointer(value)
    } else if Arguments.matches(word, "--config") {
      configuration = UnsafePointer(value)
    } else {
      try takeChoiceOrNumber(word, value, index)
    }
  }

  private mutating func takeChoiceOrNumber(
    _ word: UnsafePointer<CChar>, _ value: UnsafePointer<CChar>, _ index: Int
  ) throws(Arguments.Mistake) {
    if Arguments.matches(word, "--mode") {
      guard let mode = WatchMode(value) else {
        throw .badValue(index, "one of observe, alert and enforce")
      }
      self.mode = mode
    } else if Arguments.matches(word, "--reach") {
      guard let reach = Reach(value) else {
        throw .badValue(index, "one of process, job and cgroup")
      }
      self.reach = reach
    } else if Arguments.matches(word, "--kill-after") {
      killAfter = try Arguments.number(value, 0...3_600_000, index, "0 to 3600000 milliseconds")
    } else if Arguments.matches(word, "--kill-budget") {
      killBudget = try Arguments.number(value, 0...1000, index, "a number from 0 to 1000")
    } else if Arguments.matches(word, "--alert-rate") {
      alerts.perMinute = try Arguments.number(
        value, 1...100_000, index, "a number from 1 to 100000")
    } else {
      processes = try Arguments.processes(value, index)
    }
  }
}

extension WatchMode {
  init?(_ word: UnsafePointer<CChar>) {
    if Arguments.matches(word, "observe") {
      self = .observe
    } else if Arguments.matches(word, "alert") {
      self = .alert
    } else if Arguments.matches(word, "enforce") {
      self = .enforce
    } else {
      return nil
    }
  }
}

extension Reach {
  init?(_ word: UnsafePointer<CChar>) {
    if Arguments.matches(word, "process") {
      self = .process
    } else if Arguments.matches(word, "job") {
      self = .job
    } else if Arguments.matches(word, "cgroup") {
      self = .cgroup
    } else {
      return nil
    }
  }
}

extension ModelChoice {
  /// Whether it is for the same program; nil: for all others.
  func isFor(_ program: ProgramPattern?) -> Bool {
    guard let own = self.program, let program else { return self.program == nil && program == nil }
    return own.isSame(as: program)
  }
}
