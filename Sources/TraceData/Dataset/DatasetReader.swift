/// Reads the parts of a data set that are kept in memory and checks their rules.
struct DatasetReader {
  private let path: String
  private let root: HDF5Group

  init(path: String) throws(TraceDataError) {
    self.path = path
    root = try TraceDataError.attempt { () throws(HDF5Error) in
      try HDF5File(reading: path).root
    }
    guard root.hasAttribute("format") else { throw .notTraces(path: path, format: nil) }
    let format = try text("format")
    guard format == "mle-traces" else { throw .notTraces(path: path, format: format) }
    let version = try TraceDataError.attempt { [root] () throws(HDF5Error) in
      try root.attribute("format_version", as: Int64.self)
    }
    guard version == 1 else { throw .unsupportedVersion(path: path, found: Int(version)) }
  }

  /// A root attribute; empty where it is missing.
  func text(_ name: String) throws(TraceDataError) -> String {
    guard root.hasAttribute(name) else { return "" }
    return try TraceDataError.attempt { () throws(HDF5Error) in try root.attributeString(name) }
  }

  // MARK: Vectors

  func vector(_ name: String, length: Int? = nil) throws(TraceDataError) -> HDF5Dataset {
    let dataset = try TraceDataError.attempt { () throws(HDF5Error) in try root.dataset(name) }
    guard dataset.shape.count == 1 else { throw broken(name, .vector(rank: dataset.shape.count)) }
    if let length, dataset.count != length {
      throw broken(name, .length(found: dataset.count, expected: length))
    }
    return dataset
  }

  func optionalVector(_ name: String, length: Int) throws(TraceDataError) -> HDF5Dataset? {
    root.contains(name) ? try vector(name, length: length) : nil
  }

  private func numbers<T: HDF5Scalar>(
    _ name: String, length: Int? = nil
  ) throws(TraceDataError) -> [T] {
    let dataset = try vector(name, length: length)
    return try TraceDataError.attempt { () throws(HDF5Error) in try dataset.read(as: T.self) }
  }

  private func strings(_ name: String, length: Int? = nil) throws(TraceDataError) -> [String] {
    let dataset = try vector(name, length: length)
    return try TraceDataError.attempt { () throws(HDF5Error) in try dataset.readStrings() }
  }

  private func labels(_ name: String, length: Int) throws(TraceDataError) -> [TraceLabel] {
    var labels: [TraceLabel] = []
    for (index, value) in try (numbers(name, length: length) as [UInt8]).enumerated() {
      guard let label = TraceLabel(rawValue: value) else {
        throw broken(name, .label(index: index, value: value))
      }
      labels.append(label)
    }
    return labels
  }

  private func broken(_ name: String, _ rule: DatasetRule) -> TraceDataError {
    .brokenRule(path: path, object: "/" + name, rule)
  }

  // MARK: Parts

  func vocabulary() throws(TraceDataError) -> [VocabularyEntry] {
    let names = try strings("vocabulary/name")
    let ids: [UInt32] = try numbers("vocabulary/id", length: names.count)
    guard names.first == VocabularyEntry.unknown.name, ids.first == 0 else {
      throw broken("vocabulary/name", .unknownFirst)
    }
    var (seenNames, seenIDs) = (Set<String>(), Set<UInt32>())
    for (index, name) in names.enumerated() {
      guard VocabularyEntry.isValidName(name) else {
        throw broken("vocabulary/name", .stateName(index: index))
      }
      guard seenNames.insert(name).inserted else {
        throw broken("vocabulary/name", .distinctNames(index: index))
      }
      guard seenIDs.insert(ids[index]).inserted else {
        throw broken("vocabulary/id", .distinctIDs(index: index))
      }
    }
    return zip(ids, names).map { VocabularyEntry(id: $0, name: $1) }
  }

  func sequences(eventCount: Int) throws(TraceDataError) -> SequenceTable {
    let pids: [UInt32] = try numbers("sequences/pid")
    let count = pids.count
    let offsets = try offsets(count: count, eventCount: eventCount)
    let tids: [UInt32] = try numbers("sequences/tid", length: count)
    let starts: [UInt64] = try numbers("sequences/start_ns", length: count)
    let labels = try labels("sequences/label", length: count)
    let names = try strings("sequences/name", length: count)
    let parents = try parents(offsets: offsets)
    let entries = (0..<count).map { sequence in
      SequenceEntry(
        pid: pids[sequence], tid: tids[sequence], start: starts[sequence],
        label: labels[sequence], name: names[sequence], parent: parents?[sequence])
    }
    return SequenceTable(offsets: offsets, entries: entries)
  }

  private func offsets(count: Int, eventCount: Int) throws(TraceDataError) -> [Int] {
    let name = "sequences/offset"
    let offsets: [UInt64] = try numbers(name, length: count + 1)
    guard let first = offsets.first, first == 0 else {
      throw broken(name, .firstOffset(offsets.first ?? 0))
    }
    for sequence in 0..<count where offsets[sequence + 1] < offsets[sequence] {
      throw broken(name, .offsetDecreases(sequence: sequence))
    }
    guard let last = offsets.last, last == eventCount else {
      throw broken(name, .lastOffset(offsets.last ?? 0, events: eventCount))
    }
    return offsets.map { Int($0) }
  }

  private func parents(offsets: [Int]) throws(TraceDataError) -> [SequenceParent?]? {
    let (name, eventsName) = ("sequences/parent", "sequences/parent_events")
    guard root.contains(name) || root.contains(eventsName) else { return nil }
    let count = offsets.count - 1
    let parents: [UInt32] = try numbers(name, length: count)
    let events: [UInt64] = try numbers(eventsName, length: count)
    var links: [SequenceParent?] = []
    for (sequence, parent) in parents.enumerated() {
      guard parent != .max else {
        links.append(nil)
        continue
      }
      guard parent < sequence else {
        throw broken(name, .parentBeforeChild(sequence: sequence, parent: parent))
      }
      let parentHas = offsets[Int(parent) + 1] - offsets[Int(parent)]
      guard events[sequence] <= parentHas else {
        throw broken(
          eventsName,
          .parentEvents(sequence: sequence, found: events[sequence], parentHas: parentHas))
      }
      links.append(SequenceParent(sequence: Int(parent), events: Int(events[sequence])))
    }
    return links
  }

  /// nil where there are none: nothing says then when attacks were.
  func intervals() throws(TraceDataError) -> [LabelledInterval]? {
    guard root.contains("intervals") else { return nil }
    let starts: [UInt64] = try numbers("intervals/start_ns")
    let ends: [UInt64] = try numbers("intervals/end_ns", length: starts.count)
    let labels = try labels("intervals/label", length: starts.count)
    let names = try strings("intervals/name", length: starts.count)
    var intervals: [LabelledInterval] = []
    for index in starts.indices {
      guard starts[index] <= ends[index] else {
        throw broken("intervals/end_ns", .intervalEnd(index: index))
      }
      intervals.append(
        LabelledInterval(
          start: starts[index], end: ends[index], label: labels[index], name: names[index]))
    }
    return intervals
  }

  /// Empty where the data set does not say what it was made of.
  func recordings() throws(TraceDataError) -> [Recording] {
    guard root.contains("recordings") else { return [] }
    let starts: [UInt64] = try numbers("recordings/start_ns")
    let ends: [UInt64] = try numbers("recordings/end_ns", length: starts.count)
    let lost: [UInt64] = try numbers("recordings/lost", length: starts.count)
    if let index = starts.indices.first(where: { ends[$0] < starts[$0] }) {
      throw broken("recordings/end_ns", .recordingEnd(index: index))
    }
    return starts.indices.map {
      Recording(start: starts[$0], end: ends[$0], lost: lost[$0])
    }
  }
}
