import KernelTrace

/// One sequence while it is told again: its name, then its events with the forks between, then its
/// end.
final class ReplayCursor {
  /// What a cursor stands at.
  struct Item {
    /// Nil for the name of a sequence that has none, or its parent's.
    var record: TraceRecord?
    var event: Int?
    /// The sequence that a fork starts.
    var child: Int?
  }

  private enum Stage { case name, body, done }

  private let dataset: TraceDataset
  private let sequence: Int
  private let thread: ThreadID
  private var children: ArraySlice<Int>
  private var stage = Stage.name
  /// Time of the latest item.
  private var time: UInt64

  // The events from `position` on, read ahead.
  private var position: Int
  private let end: Int
  private var states: ArraySlice<UInt32> = []
  private var times: ArraySlice<UInt64> = []
  private var readAhead = 64

  /// Many short sequences must not hold much; long ones are read in larger pieces.
  private static let longestReadAhead = 4096

  init(_ dataset: TraceDataset, _ sequence: Int, children: [Int]) {
    self.dataset = dataset
    self.sequence = sequence
    self.children = children[...]
    let entry = dataset.sequences[sequence]
    thread = ThreadID(pid: entry.pid, tid: entry.tid)
    time = dataset.hasTimes ? entry.start : 0
    let events = dataset.sequences.events(of: sequence)
    (position, end) = (events.lowerBound, events.upperBound)
  }

  /// The item that the cursor stands at; it goes on to the next one.
  func take() throws(TraceDataError) -> Item {
    switch stage {
    case .name:
      stage = .body
      return Item(record: nameRecord())
    case .body:
      time = try nextTime() ?? time
      if let child = nextChild {
        children.removeFirst()
        let entry = dataset.sequences[child]
        let childThread = ThreadID(pid: entry.pid, tid: entry.tid)
        return Item(record: .fork(parent: thread, child: childThread, time: time), child: child)
      }
      if let index = states.popFirst() {
        times.removeFirst()
        position += 1
        let state = dataset.vocabulary[Int(index)].id
        return Item(
          record: .event(TraceEvent(thread: thread, state: state, time: time)), event: position - 1)
      }
      stage = .done
      return Item(record: .exit(thread, time: time))
    case .done: preconditionFailure("taken after its end")
    }
  }

  /// When the next item is due; nil after the last.
  func nextTime() throws(TraceDataError) -> UInt64? {
    if stage == .done { return nil }
    if states.isEmpty, position < end { try fill() }
    guard dataset.hasTimes else { return 0 }
    guard let child = nextChild else { return times.first ?? time }
    // A fork is not later than the event that it comes before.
    let start = dataset.sequences.start(child)
    return times.first.map { min($0, start) } ?? start
  }

  /// The child that was forked before the event at `position`.
  private var nextChild: Int? {
    guard let child = children.first, let parent = dataset.sequences.parent(of: child) else {
      return nil
    }
    let first = dataset.sequences.events(of: sequence).lowerBound
    return first + parent.events <= position ? child : nil
  }

  private func fill() throws(TraceDataError) {
    let range = position..<min(end, position + readAhead)
    states = try dataset.states(in: range)[...]
    times = try dataset.times(in: range)[...]
    readAhead = min(Self.longestReadAhead, readAhead * 2)
  }

  private func nameRecord() -> TraceRecord? {
    let entry = dataset.sequences[sequence]
    let inherited = entry.parent.map { dataset.sequences.name($0.sequence) } ?? ""
    guard entry.name != inherited else { return nil }
    let name = Array(entry.name.utf8).withUnsafeBytes { ProgramName($0) }
    return .exec(thread, name: name, time: time)
  }
}
