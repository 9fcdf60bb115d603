/// Cuts a data set in two, for training and validation.
///
/// With times the cut is at a moment in no attack, and sequences that cross it are cut in two; without
/// times whole sequences go to one part or the other. What is in the second part starts anew: it has no
/// parent in the first. Both parts of a sequence have its label.
public struct DatasetSplit {
  private let dataset: TraceDataset
  private let createdBy: String
  private static let blockLength = TraceDataset.blockLength

  /// A split of `dataset`; `createdBy` is the tool and version that the parts name.
  public init(_ dataset: TraceDataset, createdBy: String) {
    self.dataset = dataset
    self.createdBy = createdBy
  }

  /// Writes both parts.
  ///
  /// - Parameter fraction: how much of all events the first part gets, in 0...1; nearly, where many
  ///   events have one time or sequences are not cut.
  /// - Throws: `.emptyPart` where a part would have no event; `.hdf5`, `.system`.
  public func write(
    at fraction: Double, first: String, rest: String
  ) throws(TraceDataError) {
    let (firstWriter, restWriter) = (try writer(first), try writer(rest))
    let wanted = Int((Double(dataset.eventCount) * fraction).rounded())
    let cuts = dataset.hasTimes ? try timeCuts(wanted) : sequenceCuts(wanted)
    try copy(into: firstWriter, cuts.first)
    try copy(into: restWriter, cuts.rest)
    for part in [firstWriter, restWriter] where part.eventCount == 0 {
      throw .emptyPart(path: part.path)
    }
    // Neither part is put in place when one cannot be written.
    let (firstFile, restFile) = (try firstWriter.written(), try restWriter.written())
    try firstFile.commit()
    try restFile.commit()
  }

  private func writer(_ path: String) throws(TraceDataError) -> TraceDatasetWriter {
    let writer = try TraceDatasetWriter(path: path, source: dataset.source, createdBy: createdBy)
    // A part of a sequence begins at the cut: intervals would say something else of it.
    writer.keepsLabels = true
    writer.isLabelledByIntervals = dataset.isLabelledByIntervals
    return writer
  }

  // MARK: Where to cut

  /// What a part gets: of each sequence a range of its events, and the time it begins or ends at.
  private struct Part {
    var events: [Range<Int>]
    var isRest: Bool
    /// The moment of the cut; nil where sequences stay whole.
    var time: UInt64?
  }

  private func sequenceCuts(_ wanted: Int) -> (first: Part, rest: Part) {
    let table = dataset.sequences
    var (first, rest) = (Part(events: [], isRest: false), Part(events: [], isRest: true))
    for sequence in 0..<table.count {
      let events = table.events(of: sequence)
      // A sequence belongs where its middle is.
      let isFirst = events.lowerBound + events.count / 2 < wanted
      first.events.append(isFirst ? events : events.upperBound..<events.upperBound)
      rest.events.append(isFirst ? events.upperBound..<events.upperBound : events)
    }
    return (first, rest)
  }

  private func timeCuts(_ wanted: Int) throws(TraceDataError) -> (first: Part, rest: Part) {
    let time = beforeAttacks(try EventTimes(dataset).quantile(wanted))
    var first = Part(events: [], isRest: false, time: time)
    var rest = Part(events: [], isRest: true, time: time)
    for sequence in 0..<dataset.sequences.count {
      let events = dataset.sequences.events(of: sequence)
      let cut = try EventTimes(dataset).firstEvent(in: events, notBefore: time)
      first.events.append(events.lowerBound..<cut)
      rest.events.append(cut..<events.upperBound)
    }
    return (first, rest)
  }

  /// The beginning of the attack that is on at `time`: in two parts it would count as two.
  private func beforeAttacks(_ time: UInt64) -> UInt64 {
    var time = time
    while let attack = dataset.intervals.first(where: {
      $0.label == .attack && $0.start < time && time <= $0.end
    }) {
      time = attack.start
    }
    return time
  }

  // MARK: Copying

  private func copy(into writer: TraceDatasetWriter, _ part: Part) throws(TraceDataError) {
    for state in dataset.vocabulary { try writer.nameState(state.id, state.name) }
    var places = [Int?](repeating: nil, count: dataset.sequences.count)
    for sequence in 0..<dataset.sequences.count {
      guard belongs(sequence, to: part) else { continue }
      let place = writer.begin(entry(of: sequence, in: part, places))
      places[sequence] = place
      try copy(part.events[sequence], to: place, writer)
    }
    copySpans(into: writer, part)
  }

  /// Which of the intervals and recordings the part is of.
  private func copySpans(into writer: TraceDatasetWriter, _ part: Part) {
    guard let time = part.time else {
      dataset.recordings.forEach(writer.addRecording)
      dataset.intervals.forEach(writer.addInterval)
      return
    }
    for recording in dataset.recordings {
      recording.part(part.isRest, cutAt: time).map(writer.addRecording)
    }
    for interval in dataset.intervals
    where part.isRest ? interval.end >= time : interval.start < time {
      writer.addInterval(interval)
    }
  }

  /// Sequences without events stay where they are for their children's sake.
  private func belongs(_ sequence: Int, to part: Part) -> Bool {
    if !part.events[sequence].isEmpty { return true }
    guard let time = part.time else { return dataset.sequences.events(of: sequence).isEmpty }
    let start = dataset.sequences.start(sequence)
    return part.isRest
      ? dataset.sequences.events(of: sequence).isEmpty || start >= time : start < time
  }

  private func entry(of sequence: Int, in part: Part, _ places: [Int?]) -> SequenceEntry {
    var entry = dataset.sequences[sequence]
    let skipped =
      part.events[sequence].lowerBound - dataset.sequences.events(of: sequence).lowerBound
    if skipped > 0, let time = part.time { entry.start = max(entry.start, time) }
    guard let parent = entry.parent else { return entry }
    entry.parent = nil
    // Cut off from its own past, it has none of its parent's either.
    guard skipped == 0, let place = places[parent.sequence] else { return entry }
    let parentEvents = dataset.sequences.events(of: parent.sequence)
    let parentRange = part.events[parent.sequence]
    let forkedAt = parentEvents.lowerBound + parent.events
    guard
      parentRange.isEmpty || (parentRange.lowerBound...parentRange.upperBound).contains(forkedAt)
    else { return entry }
    let events = max(0, forkedAt - parentRange.lowerBound)
    entry.parent = SequenceParent(sequence: place, events: min(events, parentRange.count))
    return entry
  }

  private func copy(
    _ events: Range<Int>, to place: Int, _ writer: TraceDatasetWriter
  ) throws(TraceDataError) {
    var start = events.lowerBound
    while start < events.upperBound {
      let block = start..<min(events.upperBound, start + Self.blockLength)
      let states = try dataset.states(in: block)
      let times = try dataset.times(in: block)
      for (state, time) in zip(states, times) {
        try writer.append(dataset.vocabulary[Int(state)].id, at: time, to: place)
      }
      start = block.upperBound
    }
  }
}
