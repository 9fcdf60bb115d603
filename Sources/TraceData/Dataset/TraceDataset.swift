/// A data set of traces, open for reading; `docs/dataset-format.md` is its format.
///
/// The table of sequences is in memory, events are read in slices. May be used from any thread.
public final class TraceDataset: Sendable {
  /// The file, as the caller named it.
  public let path: String
  /// Where the traces come from, free text.
  public let source: String
  /// Tool and version that made the file.
  public let createdBy: String
  /// All states; entry 0 is the unknown one.
  public let vocabulary: [VocabularyEntry]
  /// All sequences.
  public let sequences: SequenceTable
  /// Labelled stretches of time; empty where there are none.
  public let intervals: [LabelledInterval]
  /// Whether it has intervals, be there none: then labels of sequences do not say when an attack was.
  public let isLabelledByIntervals: Bool
  /// What it was made of; empty where it does not say.
  public let recordings: [Recording]
  /// How many events there are in all sequences.
  public let eventCount: Int
  private let stateData: HDF5Dataset
  private let timeData: HDF5Dataset?

  /// Events are read and checked this many at a time: a chunk of what the writer writes.
  static let blockLength = 65_536

  /// Opens a data set and checks all that the format asks for, every event included.
  ///
  /// - Throws: `.hdf5`, `.notTraces`, `.unsupportedVersion`, `.brokenRule`.
  public init(path: String) throws(TraceDataError) {
    let reader = try DatasetReader(path: path)
    self.path = path
    (source, createdBy) = try (reader.text("source"), reader.text("created_by"))
    vocabulary = try reader.vocabulary()
    stateData = try reader.vector("events/state")
    eventCount = stateData.count
    timeData = try reader.optionalVector("events/time_ns", length: eventCount)
    sequences = try reader.sequences(eventCount: eventCount)
    let intervals = try reader.intervals()
    (self.intervals, isLabelledByIntervals) = (intervals ?? [], intervals != nil)
    recordings = try reader.recordings()
    try checkStates()
  }

  private func checkStates() throws(TraceDataError) {
    let size = vocabulary.count
    try forEachBlock(of: 0..<eventCount) { (block, states) throws(TraceDataError) in
      guard let offset = states.firstIndex(where: { $0 >= size }) else { return }
      throw .brokenRule(
        path: path, object: "/events/state",
        .stateBelowVocabulary(
          event: block.lowerBound + offset, state: states[offset], vocabulary: size))
    }
  }

  /// Whether events carry times.
  public var hasTimes: Bool { timeData != nil }

  /// The states of a range of events, as indices into the vocabulary.
  ///
  /// - Precondition: the range is in `0..<eventCount`.
  /// - Throws: `.hdf5` where the file turns out to be damaged.
  public func states(in range: Range<Int>) throws(TraceDataError) -> [UInt32] {
    try TraceDataError.attempt { () throws(HDF5Error) in
      try stateData.read(as: UInt32.self, [range])
    }
  }

  /// The times of a range of events, in nanoseconds; zeros where the data set has none.
  ///
  /// - Precondition: the range is in `0..<eventCount`.
  /// - Throws: `.hdf5` where the file turns out to be damaged.
  public func times(in range: Range<Int>) throws(TraceDataError) -> [UInt64] {
    guard let timeData else { return [UInt64](repeating: 0, count: range.count) }
    return try TraceDataError.attempt { () throws(HDF5Error) in
      try timeData.read(as: UInt64.self, [range])
    }
  }

  /// Calls `body` with the states of `range` a block at a time, in order.
  ///
  /// - Precondition: the range is in `0..<eventCount`.
  /// - Throws: `.hdf5` where the file turns out to be damaged, what `body` throws.
  public func forEachBlock(
    of range: Range<Int>, _ body: (Range<Int>, [UInt32]) throws(TraceDataError) -> Void
  ) throws(TraceDataError) {
    try forEachSlice(of: range) { (slice) throws(TraceDataError) in
      try body(slice, states(in: slice))
    }
  }

  /// Calls `body` with the times of all events a block at a time, in order.
  ///
  /// - Throws: `.hdf5` where the file turns out to be damaged, what `body` throws.
  public func forEachTimeBlock(
    _ body: (Range<Int>, [UInt64]) throws(TraceDataError) -> Void
  ) throws(TraceDataError) {
    try forEachSlice(of: 0..<eventCount) { (slice) throws(TraceDataError) in
      try body(slice, times(in: slice))
    }
  }

  private func forEachSlice(
    of range: Range<Int>, _ body: (Range<Int>) throws(TraceDataError) -> Void
  ) throws(TraceDataError) {
    var start = range.lowerBound
    while start < range.upperBound {
      // Blocks end where chunks do, so that no chunk is unpacked twice.
      let end = min(range.upperBound, (start / Self.blockLength + 1) * Self.blockLength)
      try body(start..<end)
      start = end
    }
  }

  /// From the earliest event to the latest, in nanoseconds; nil without events.
  ///
  /// - Throws: `.hdf5` where the file turns out to be damaged.
  public func timeSpan() throws(TraceDataError) -> ClosedRange<UInt64>? {
    var (low, high) = (UInt64.max, UInt64.min)
    try forEachTimeBlock { _, times in
      for time in times { (low, high) = (min(low, time), max(high, time)) }
    }
    return low <= high ? low...high : nil
  }

  /// When was recorded, in nanoseconds: from the first event of each recording to its last, or from the
  /// earliest to the latest of all where it does not say what it was made of; nil without times or events.
  ///
  /// - Throws: `.hdf5` where the file turns out to be damaged.
  public func recordedSpans() throws(TraceDataError) -> [ClosedRange<UInt64>]? {
    guard hasTimes else { return nil }
    guard recordings.isEmpty else { return recordings.map { $0.start...$0.end } }
    return try timeSpan().map { [$0] }
  }

  /// How long was recorded, in nanoseconds, whatever was between recordings; nil without times or events.
  ///
  /// - Throws: `.hdf5` where the file turns out to be damaged.
  public func recordedTime() throws(TraceDataError) -> UInt64? {
    try recordedSpans().map { Recording.sum($0.map { $0.upperBound - $0.lowerBound }) }
  }

  /// How many records its sources say they lost.
  public var lostRecords: UInt64 { Recording.lostRecords(recordings) }

  /// The last `count` states before an event of a sequence, the oldest first.
  ///
  /// They go on into the parent's events before the fork, and its parent's; they are fewer where
  /// the past is shorter.
  ///
  /// - Parameter event: counts from 0 within the sequence; may be the number of its events.
  /// - Throws: `.hdf5` where the file turns out to be damaged.
  public func lineage(
    endingAt event: Int, of sequence: Int, count: Int
  ) throws(TraceDataError) -> [UInt32] {
    var pieces: [[UInt32]] = []
    var (sequence, event, missing) = (sequence, event, count)
    while missing > 0 {
      let events = sequences.events(of: sequence)
      precondition((0...events.count).contains(event), "event of another sequence")
      let end = events.lowerBound + event
      let start = max(events.lowerBound, end - missing)
      pieces.append(try states(in: start..<end))
      missing -= end - start
      guard let parent = sequences.parent(of: sequence) else { break }
      (sequence, event) = (parent.sequence, parent.events)
    }
    return pieces.reversed().flatMap { $0 }
  }
}

extension TraceDataError {
  /// Does something with a file and gives its errors the data set's type.
  static func attempt<R>(_ body: () throws(HDF5Error) -> R) throws(TraceDataError) -> R {
    do throws(HDF5Error) { return try body() } catch { throw .hdf5(error) }
  }
}
