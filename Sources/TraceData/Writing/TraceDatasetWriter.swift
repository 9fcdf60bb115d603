import KernelTrace

/// Makes a data set out of what a source says, in the order it says it.
///
/// Memory is bounded: events beyond `bufferBytes` wait in a temporary file beside the target. The
/// target appears when `finish` succeeds, and not before; until then no other program makes it.
public final class TraceDatasetWriter {
  /// Where the data set will be.
  public let path: String
  /// The label of sequences where no interval was added.
  public var defaultLabel = TraceLabel.unlabelled
  /// Whether every entry keeps the label that it has, `unlabelled` too.
  var keepsLabels = false
  /// How many events were added.
  public private(set) var eventCount = 0
  /// Whether any event had a time.
  public private(set) var hasTimes = false
  /// The inputs that have ended.
  public private(set) var recordings: [Recording] = []
  /// What there is of the next one; nil before its first event that has a time.
  private var recordedSpan: ClosedRange<UInt64>?
  private var lostCount: UInt64 = 0

  private let file: DatasetFile
  private let store: EventStore
  private var drafts: [SequenceDraft] = []
  private var live: [ThreadID: Int] = [:]
  /// The thread of the last event: most events are of the same one.
  private var latest: (thread: ThreadID, sequence: Int)?
  private var states = StateNames()
  private var intervals: [LabelledInterval] = []
  /// Whether the data set says of every moment whether it is an attack's, though there are no intervals.
  var isLabelledByIntervals = false

  /// - Parameters:
  ///   - source: where the traces come from, free text.
  ///   - createdBy: tool and version.
  ///   - bufferBytes: how much memory events may take before they go to the temporary file.
  /// - Throws: `.hdf5` where the data set cannot be made.
  public init(
    path: String, source: String, createdBy: String, bufferBytes: Int = 64 << 20
  ) throws(TraceDataError) {
    self.path = path
    file = try DatasetFile(path: path, source: source, createdBy: createdBy)
    store = EventStore(beside: path, bufferBytes: bufferBytes)
  }

  // MARK: Records

  /// Adds what the source says next.
  ///
  /// - Throws: `.system` where the temporary file cannot be written.
  public func add(_ record: TraceRecord) throws(TraceDataError) {
    switch record {
    case .event(let event):
      let sequence = sequence(of: event.thread, at: event.time)
      // A fork that was told without a time was not at the beginning of all times.
      if drafts[sequence].eventCount == 0, drafts[sequence].entry.start == 0 {
        drafts[sequence].entry.start = event.time
      }
      try append(event.state, at: event.time, to: sequence)
    case .fork(let parent, let child, let time): fork(parent, child, time)
    case .exec(let thread, let name, let time):
      drafts[sequence(of: thread, at: time)].entry.name = String(name)
    case .exit(let thread, _): end(thread)
    case .lost(let count, _, _): lostCount = lostCount.addingReportingOverflow(count).partialValue
    }
  }

  private func fork(_ parent: ThreadID, _ child: ThreadID, _ time: UInt64) {
    let parentSequence = sequence(of: parent, at: time)
    end(child)
    let entry = SequenceEntry(
      pid: child.pid, tid: child.tid, start: time, name: drafts[parentSequence].entry.name,
      parent: SequenceParent(sequence: parentSequence, events: drafts[parentSequence].eventCount))
    live[child] = begin(entry)
  }

  /// The thread's sequence; a thread that was never seen starts one without a parent.
  private func sequence(of thread: ThreadID, at time: UInt64) -> Int {
    if let latest, latest.thread == thread { return latest.sequence }
    let sequence =
      live[thread] ?? begin(SequenceEntry(pid: thread.pid, tid: thread.tid, start: time))
    live[thread] = sequence
    latest = (thread, sequence)
    return sequence
  }

  private func end(_ thread: ThreadID) {
    live[thread] = nil
    if latest?.thread == thread { latest = nil }
  }

  /// Ends an input and all of its threads: the next one's numbers are others.
  ///
  /// - Returns: whether any of the input's events had a time.
  @discardableResult
  public func endInput() -> Bool {
    live = [:]
    latest = nil
    defer { (recordedSpan, lostCount) = (nil, 0) }
    addRecording(
      Recording(
        start: recordedSpan?.lowerBound ?? 0, end: recordedSpan?.upperBound ?? 0, lost: lostCount))
    return recordedSpan != nil
  }

  /// Adds an input that events were added of without records.
  func addRecording(_ recording: Recording) { recordings.append(recording) }

  // MARK: Sequences

  /// Starts a sequence that records do not reach, and gives its number for `append`.
  ///
  /// An entry labelled `unlabelled` gets the label that the intervals or `defaultLabel` say.
  public func begin(_ entry: SequenceEntry) -> Int {
    drafts.append(SequenceDraft(entry: entry))
    store.beginSequence()
    return drafts.count - 1
  }

  /// Adds an event to a sequence.
  ///
  /// - Throws: `.system` where the temporary file cannot be written.
  public func append(
    _ state: UInt32, at time: UInt64, to sequence: Int
  ) throws(TraceDataError) {
    states.markUsed(state)
    if time != 0 { note(time) }
    eventCount += 1
    drafts[sequence].eventCount += 1
    drafts[sequence].end = time
    try store.append(state, time, to: sequence)
  }

  private func note(_ time: UInt64) {
    hasTimes = true
    guard let span = recordedSpan else {
      recordedSpan = time...time
      return
    }
    if !span.contains(time) {
      recordedSpan = min(span.lowerBound, time)...max(span.upperBound, time)
    }
  }

  // MARK: Names and labels

  /// Names a state of the source's alphabet; naming it the same way again does nothing.
  ///
  /// - Parameter input: who says so, for the error; the data set itself where it is nil.
  /// - Throws: `.conflictingName`; for id 0 unless the name is `unknown`.
  public func nameState(
    _ id: UInt32, _ name: String, in input: String? = nil
  ) throws(TraceDataError) {
    guard states.name(id, name) else {
      throw .conflictingName(path: input ?? path, name: name, id: id)
    }
  }

  /// Whether an id was made for a state that had only a name, so that no source can mean it.
  func isMade(_ id: UInt32) -> Bool { states.isMade(id) }

  /// The id of a state of which the source says only the valid name: the id that has it already, else a
  /// new one, from 2^31 on.
  func id(ofStateNamed name: String) -> UInt32 { states.id(named: name) }

  /// Adds a labelled stretch of time: from now on intervals say what sequences are.
  public func addInterval(_ interval: LabelledInterval) { intervals.append(interval) }

  // MARK: Finish

  /// Writes the data set.
  ///
  /// - Throws: `.emptyInput` where there is no event, `.conflictingName` where a state that was not
  ///   named cannot be called by its number, `.hdf5`, `.system`.
  public func finish() throws(TraceDataError) { try written().commit() }

  /// The whole data set in a file that has no name yet: for several that appear together or not at all.
  ///
  /// - Throws: as `finish`.
  func written() throws(TraceDataError) -> DatasetFile {
    guard eventCount > 0 else { throw .emptyInput(path: path) }
    let vocabulary = try states.vocabulary(path: path)
    let kept = keptSequences()
    try file.write(vocabulary)
    try file.write(table(kept))
    if isLabelledByIntervals || !intervals.isEmpty { try file.write(intervals) }
    if recordings.contains(where: { $0.lost > 0 || $0.end > 0 }) { try file.write(recordings) }
    try file.writeEvents(
      of: kept, count: eventCount, hasTimes: hasTimes, vocabulary: vocabulary, from: store)
    try file.complete()
    return file
  }

  /// Sequences with events, and those without that have children: their past goes through them.
  private func keptSequences() -> [Int] {
    var isKept = drafts.map { $0.eventCount > 0 }
    for sequence in drafts.indices.reversed() where isKept[sequence] {
      if let parent = drafts[sequence].entry.parent { isKept[parent.sequence] = true }
    }
    return drafts.indices.filter { isKept[$0] }
  }

  private func table(_ kept: [Int]) -> SequenceTable {
    var place = [Int](repeating: 0, count: drafts.count)
    var offsets = [0]
    var entries: [SequenceEntry] = []
    let labeller = IntervalLabeller(intervals)
    for (index, sequence) in kept.enumerated() {
      place[sequence] = index
      let draft = drafts[sequence]
      var entry = draft.entry
      if let parent = entry.parent {
        entry.parent = SequenceParent(sequence: place[parent.sequence], events: parent.events)
      }
      if entry.label == .unlabelled, !keepsLabels {
        entry.label =
          intervals.isEmpty
          ? defaultLabel : labeller.label(start: entry.start, end: max(entry.start, draft.end))
      }
      entries.append(entry)
      offsets.append((offsets.last ?? 0) + draft.eventCount)
    }
    return SequenceTable(offsets: offsets, entries: entries)
  }
}

/// A sequence while it is being recorded.
private struct SequenceDraft {
  var entry: SequenceEntry
  var eventCount = 0
  /// Time of the last event.
  var end: UInt64 = 0
}

extension String {
  fileprivate init(_ name: ProgramName) {
    self.init(decoding: (0..<name.count).map { name[$0] }, as: UTF8.self)
  }
}
