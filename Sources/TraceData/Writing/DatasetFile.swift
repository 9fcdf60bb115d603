/// Writes the parts of a data set in the order and layout of its format.
struct DatasetFile {
  private let file: HDF5File
  private static let layout = HDF5Layout.packed(chunk: [TraceDataset.blockLength])

  init(path: String, source: String, createdBy: String) throws(TraceDataError) {
    file = try TraceDataError.attempt { () throws(HDF5Error) in
      let file = try HDF5File(creating: path)
      try file.root.setAttribute("format", "mle-traces")
      try file.root.setAttribute("format_version", 1 as UInt32)
      try file.root.setAttribute("source", source)
      try file.root.setAttribute("created_by", createdBy)
      return file
    }
  }

  func complete() throws(TraceDataError) {
    try TraceDataError.attempt { () throws(HDF5Error) in try file.complete() }
  }

  func commit() throws(TraceDataError) {
    try TraceDataError.attempt { () throws(HDF5Error) in try file.commit() }
  }

  func write(_ vocabulary: [VocabularyEntry]) throws(TraceDataError) {
    try TraceDataError.attempt { () throws(HDF5Error) in
      let group = try file.root.createGroup("vocabulary")
      try group.write(vocabulary.map(\.name), to: "name", layout: Self.layout)
      try group.write(vocabulary.map(\.id), to: "id", layout: Self.layout)
    }
  }

  func write(_ table: SequenceTable) throws(TraceDataError) {
    let entries = (0..<table.count).map { table[$0] }
    try TraceDataError.attempt { () throws(HDF5Error) in
      let group = try file.root.createGroup("sequences")
      let ends = entries.indices.map { UInt64(table.events(of: $0).upperBound) }
      try group.write([0] + ends, to: "offset", layout: Self.layout)
      try group.write(entries.map(\.pid), to: "pid", layout: Self.layout)
      try group.write(entries.map(\.tid), to: "tid", layout: Self.layout)
      try group.write(entries.map(\.start), to: "start_ns", layout: Self.layout)
      try group.write(entries.map(\.label.rawValue), to: "label", layout: Self.layout)
      try group.write(entries.map(\.name), to: "name", layout: Self.layout)
      guard entries.contains(where: { $0.parent != nil }) else { return }
      try group.write(
        entries.map { $0.parent.map { UInt32($0.sequence) } ?? .max }, to: "parent",
        layout: Self.layout)
      try group.write(
        entries.map { UInt64($0.parent?.events ?? 0) }, to: "parent_events", layout: Self.layout)
    }
  }

  func write(_ intervals: [LabelledInterval]) throws(TraceDataError) {
    try TraceDataError.attempt { () throws(HDF5Error) in
      let group = try file.root.createGroup("intervals")
      try group.write(intervals.map(\.start), to: "start_ns", layout: Self.layout)
      try group.write(intervals.map(\.end), to: "end_ns", layout: Self.layout)
      try group.write(intervals.map(\.label.rawValue), to: "label", layout: Self.layout)
      try group.write(intervals.map(\.name), to: "name", layout: Self.layout)
    }
  }

  func write(_ recordings: [Recording]) throws(TraceDataError) {
    try TraceDataError.attempt { () throws(HDF5Error) in
      let group = try file.root.createGroup("recordings")
      try group.write(recordings.map(\.start), to: "start_ns", layout: Self.layout)
      try group.write(recordings.map(\.end), to: "end_ns", layout: Self.layout)
      try group.write(recordings.map(\.lost), to: "lost", layout: Self.layout)
    }
  }

  // MARK: Events

  func writeEvents(
    of sequences: [Int], count: Int, hasTimes: Bool, vocabulary: [VocabularyEntry],
    from store: EventStore
  ) throws(TraceDataError) {
    let group = try TraceDataError.attempt { () throws(HDF5Error) in
      try file.root.createGroup("events")
    }
    if vocabulary.count <= 1 << 16 {
      try writeEvents(
        of: sequences, count, hasTimes, StateIndex(vocabulary), store, group, as: UInt16.self)
    } else {
      try writeEvents(
        of: sequences, count, hasTimes, StateIndex(vocabulary), store, group, as: UInt32.self)
    }
  }

  private func writeEvents<State: HDF5Scalar & FixedWidthInteger>(
    of sequences: [Int], _ count: Int, _ hasTimes: Bool, _ index: StateIndex, _ store: EventStore,
    _ group: HDF5Group, as _: State.Type
  ) throws(TraceDataError) {
    var states = try BlockWriter<State>("state", count: count, layout: Self.layout, in: group)
    var times =
      hasTimes
      ? try BlockWriter<UInt64>("time_ns", count: count, layout: Self.layout, in: group) : nil
    for sequence in sequences {
      try store.forEachRun(of: sequence) { (run) throws(TraceDataError) in
        try states.append(run.states.lazy.map { State(truncatingIfNeeded: index[$0]) })
        try times?.append(run.times)
      }
    }
    try states.flush()
    try times?.flush()
  }
}
