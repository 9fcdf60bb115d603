import ModelFormat

/// How the surprises of a thread's events become its score.
public enum Aggregation: Hashable, Sendable {
  /// The mean over the last `length` events; a verdict from `minimum` events on.
  case window(length: Int, minimum: Int)
  /// The exponential average with time constant `tau` in events, corrected for its short past; a
  /// verdict from `minimum` events on.
  case ewma(tau: Int, minimum: Int)
  /// The mean over all events of a trace, known at its end: for comparison, no device can have it.
  case mean

  /// Most events that a window may have.
  private static let longest = Limits.rollingLength

  /// - Parameter text: `window:N`, `ewma:TAU` or `mean`; the first two may end in `:MINIMUM`, the
  ///   events before a verdict (otherwise N, and 50). Nil for anything else.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.dropFirst().compactMap { Int($0) }
    guard numbers.count == parts.count - 1, numbers.allSatisfy((1...Self.longest).contains) else {
      return nil
    }
    switch (parts.first, numbers.count) {
    case ("window", 1): self = .window(length: numbers[0], minimum: numbers[0])
    case ("window", 2) where numbers[1] <= numbers[0]:
      self = .window(length: numbers[0], minimum: numbers[1])
    case ("ewma", 1): self = .ewma(tau: numbers[0], minimum: 50)
    case ("ewma", 2): self = .ewma(tau: numbers[0], minimum: numbers[1])
    case ("mean", 0): self = .mean
    default: return nil
    }
  }

  /// What a blob's channel does.
  init(_ channel: DetectionChannel) {
    switch channel.kind {
    case .window: self = .window(length: channel.length, minimum: channel.minimumEvents)
    case .ewma: self = .ewma(tau: channel.length, minimum: channel.minimumEvents)
    }
  }

  /// The channel that does this, under no threshold; nil of a mean.
  var channel: DetectionChannel? {
    switch self {
    case .window(let length, let minimum):
      DetectionChannel(.window, length, minimumEvents: minimum)
    case .ewma(let tau, let minimum): DetectionChannel(.ewma, tau, minimumEvents: minimum)
    case .mean: nil
    }
  }

  /// For tables.
  public var name: String {
    switch self {
    case .window(let length, let minimum):
      minimum == length ? "window \(length)" : "window \(length) from \(minimum) events on"
    case .ewma(let tau, let minimum): "ewma \(tau) from \(minimum) events on"
    case .mean: "mean of the trace"
    }
  }

  /// Whether it gives verdicts while a trace goes on.
  public var isOnline: Bool { self != .mean }
}

extension Model {
  /// Of its channels, in their order.
  public var aggregations: [Aggregation] {
    (0..<channelCount).map { Aggregation(channel(at: $0)) }
  }
}
