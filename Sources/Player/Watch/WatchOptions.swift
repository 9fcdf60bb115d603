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
  @inline(never)
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
        try take(word, index + 1 < count ? words[index + 1] : nil, index)
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
    Arguments.matches(word, "--kill-on-lossy") || Arguments.matches(word, "--explain")
      || Arguments.matches(word, "--syslog")
  }
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

  /// Takes an option with its value, if there is one.
  private mutating func take(
    _ word: UnsafePointer<CChar>, _ next: UnsafeMutablePointer<CChar>?, _ index: Int
  ) throws(Arguments.Mistake) {
    func value() throws(Arguments.Mistake) -> UnsafeMutablePointer<CChar> {
      guard let next, next[0] != 0 else { throw .noValue(index) }
      return next
    }
    if Arguments.matches(word, "--model") {
      models.append(Self.choice(try value()))
    } else if Arguments.matches(word, "--fallback") {
      fallbacks.append(Self.choice(try value()))
    } else if Arguments.matches(word, "--allow") {
      allowed.append(ProgramPattern(try value()))
    } else if Arguments.matches(word, "--alerts") {
      alerts.file = UnsafePointer(try value())
    } else if Arguments.matches(word, "--syslog-socket") {
      alerts.syslog = UnsafePointer(try value())
    } else if Arguments.matches(word, "--metrics") {
      metrics = UnsafePointer(try value())
    } else if Arguments.matches(word, "--config") {
      configuration = UnsafePointer(try value())
    } else if Arguments.matches(word, "--mode") {
      let mode = WatchMode(try value())
      guard let mode else { throw .badValue(index, "one of observe, alert and enforce") }
      self.mode = mode
    } else if Arguments.matches(word, "--reach") {
      let reach = Reach(try value())
      guard let reach else { throw .badValue(index, "one of process, job and cgroup") }
      self.reach = reach
    } else {
      try takeNumber(word, index, value)
    }
  }

  private mutating func takeNumber(
    _ word: UnsafePointer<CChar>, _ index: Int,
    _ value: () throws(Arguments.Mistake) -> UnsafeMutablePointer<CChar>
  ) throws(Arguments.Mistake) {
    if Arguments.matches(word, "--kill-after") {
      killAfter = try Arguments.number(
        value(), 0...3_600_000, index, "0 to 3600000 milliseconds")
    } else if Arguments.matches(word, "--kill-budget") {
      killBudget = try Arguments.number(value(), 0...1000, index, "a number from 0 to 1000")
    } else if Arguments.matches(word, "--alert-rate") {
      alerts.perMinute = try Arguments.number(
        value(), 1...100_000, index, "a number from 1 to 100000")
    } else if Arguments.matches(word, "--processes") {
      processes = try Arguments.processes(value(), index)
    } else {
      throw .unknownOption(index)
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
