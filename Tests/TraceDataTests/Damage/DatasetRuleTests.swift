import TestSupport
import Testing

@testable import TraceData

/// A data set written by hand, whose parts a test replaces.
struct HandmadeDataset {
  var format = "mle-traces"
  var version: Int32 = 1
  var state: [Int16]? = [1, 2, 0, 1]
  var time: [UInt64]? = [10, 20, 30, 40]
  var offset: [UInt64]? = [0, 2, 4]
  var pid: [UInt32]? = [7, 8]
  var tid: [UInt32]? = [7, 8]
  var start: [UInt64]? = [10, 30]
  var label: [UInt8]? = [0, 255]
  var name: [String]? = ["a", "b"]
  var parent: [UInt32]? = [.max, 0]
  var parentEvents: [UInt64]? = [0, 2]
  var vocabularyName: [String]? = ["unknown", "read", "write"]
  var vocabularyID: [UInt32]? = [0, 4, 9]
  var intervalStart: [UInt64]? = [5]
  var intervalEnd: [UInt64]? = [6]
  var intervalLabel: [UInt8]? = [1]
  var intervalName: [String]? = ["inj_id"]
  var recordingStart: [UInt64]? = [10, 30]
  var recordingEnd: [UInt64]? = [20, 40]
  var recordingLost: [UInt64]? = [0, 3]

  func write(to path: String) throws {
    let file = try HDF5File(creating: path)
    try file.root.setAttribute("format", format)
    try file.root.setAttribute("format_version", version)
    let events = try file.root.createGroup("events")
    try state.map { try events.write($0, to: "state") }
    try time.map { try events.write($0, to: "time_ns") }
    let sequences = try file.root.createGroup("sequences")
    try offset.map { try sequences.write($0, to: "offset") }
    try pid.map { try sequences.write($0, to: "pid") }
    try tid.map { try sequences.write($0, to: "tid") }
    try start.map { try sequences.write($0, to: "start_ns") }
    try label.map { try sequences.write($0, to: "label") }
    try name.map { try sequences.write($0, to: "name") }
    try parent.map { try sequences.write($0, to: "parent") }
    try parentEvents.map { try sequences.write($0, to: "parent_events") }
    let vocabulary = try file.root.createGroup("vocabulary")
    try vocabularyName.map { try vocabulary.write($0, to: "name") }
    try vocabularyID.map { try vocabulary.write($0, to: "id") }
    let intervals = try file.root.createGroup("intervals")
    try intervalStart.map { try intervals.write($0, to: "start_ns") }
    try intervalEnd.map { try intervals.write($0, to: "end_ns") }
    try intervalLabel.map { try intervals.write($0, to: "label") }
    try intervalName.map { try intervals.write($0, to: "name") }
    let recordings = try file.root.createGroup("recordings")
    try recordingStart.map { try recordings.write($0, to: "start_ns") }
    try recordingEnd.map { try recordings.write($0, to: "end_ns") }
    try recordingLost.map { try recordings.write($0, to: "lost") }
    try file.commit()
  }
}

@Suite struct DatasetRuleTests {
  typealias Change = @Sendable (inout HandmadeDataset) -> Void

  let directory: TemporaryDirectory
  private var path: String { directory.file("a.h5") }

  init() throws { directory = try TemporaryDirectory() }

  private func open(_ change: Change) throws -> TraceDataset {
    var dataset = HandmadeDataset()
    change(&dataset)
    try dataset.write(to: path)
    return try TraceDataset(path: path)
  }

  @Test func whatBreaksNoRuleOpens() throws {
    let dataset = try open { _ in }
    #expect(dataset.eventCount == 4)
    #expect(try dataset.states(in: 0..<4) == [1, 2, 0, 1])
    #expect(dataset.sequences.parent(of: 1) == SequenceParent(sequence: 0, events: 2))
    #expect(dataset.intervals.map(\.name) == ["inj_id"])
    #expect(
      dataset.recordings
        == [Recording(start: 10, end: 20, lost: 0), Recording(start: 30, end: 40, lost: 3)])
    #expect(dataset.lostRecords == 3)
    // Not the ten between them.
    #expect(try dataset.recordedTime() == 20)
  }

  @Test func optionalPartsMayBeMissing() throws {
    let dataset = try open {
      ($0.time, $0.parent, $0.parentEvents) = (nil, nil, nil)
    }
    #expect(!dataset.hasTimes)
    #expect(try dataset.times(in: 0..<4) == [0, 0, 0, 0])
    #expect(dataset.sequences.parent(of: 1) == nil)
  }

  static let broken: [(object: String, rule: DatasetRule, change: Change)] = [
    (
      "/events/state", .stateBelowVocabulary(event: 1, state: 3, vocabulary: 3),
      { $0.state = [1, 3, 0, 1] }
    ),
    ("/events/time_ns", .length(found: 3, expected: 4), { $0.time = [1, 2, 3] }),
    ("/sequences/offset", .firstOffset(1), { $0.offset = [1, 2, 4] }),
    ("/sequences/offset", .lastOffset(3, events: 4), { $0.offset = [0, 2, 3] }),
    ("/sequences/offset", .lastOffset(.max, events: 4), { $0.offset = [0, 2, .max] }),
    ("/sequences/offset", .offsetDecreases(sequence: 1), { $0.offset = [0, 5, 4] }),
    ("/sequences/offset", .length(found: 2, expected: 3), { $0.offset = [0, 4] }),
    ("/sequences/tid", .length(found: 1, expected: 2), { $0.tid = [7] }),
    ("/sequences/start_ns", .length(found: 3, expected: 2), { $0.start = [1, 2, 3] }),
    ("/sequences/label", .label(index: 1, value: 2), { $0.label = [0, 2] }),
    ("/sequences/label", .length(found: 0, expected: 2), { $0.label = [] }),
    ("/sequences/name", .length(found: 1, expected: 2), { $0.name = ["a"] }),
    ("/sequences/parent", .parentBeforeChild(sequence: 1, parent: 1), { $0.parent = [.max, 1] }),
    ("/sequences/parent", .parentBeforeChild(sequence: 0, parent: 0), { $0.parent = [0, .max] }),
    (
      "/sequences/parent_events", .parentEvents(sequence: 1, found: 3, parentHas: 2),
      { $0.parentEvents = [0, 3] }
    ),
    ("/vocabulary/name", .unknownFirst, { $0.vocabularyName = ["none", "read", "write"] }),
    ("/vocabulary/name", .unknownFirst, { $0.vocabularyID = [1, 4, 9] }),
    ("/vocabulary/name", .unknownFirst, { ($0.vocabularyName, $0.vocabularyID) = ([], []) }),
    ("/vocabulary/name", .stateName(index: 2), { $0.vocabularyName = ["unknown", "read", "a b"] }),
    ("/vocabulary/name", .stateName(index: 1), { $0.vocabularyName = ["unknown", "", "write"] }),
    ("/vocabulary/name", .distinctNames(index: 2), { $0.vocabularyName = ["unknown", "x", "x"] }),
    ("/vocabulary/id", .distinctIDs(index: 2), { $0.vocabularyID = [0, 4, 4] }),
    ("/vocabulary/id", .length(found: 2, expected: 3), { $0.vocabularyID = [0, 4] }),
    ("/intervals/end_ns", .intervalEnd(index: 0), { $0.intervalEnd = [4] }),
    ("/intervals/label", .label(index: 0, value: 9), { $0.intervalLabel = [9] }),
    ("/intervals/name", .length(found: 2, expected: 1), { $0.intervalName = ["a", "b"] }),
    ("/recordings/end_ns", .recordingEnd(index: 1), { $0.recordingEnd = [20, 29] }),
    ("/recordings/end_ns", .length(found: 1, expected: 2), { $0.recordingEnd = [20] }),
    ("/recordings/lost", .length(found: 1, expected: 2), { $0.recordingLost = [0] }),
  ]

  @Test(arguments: broken.indices)
  func everyBrokenRuleIsNamed(index: Int) {
    let (object, rule, change) = Self.broken[index]
    #expect(throws: TraceDataError.brokenRule(path: path, object: object, rule)) {
      try open(change)
    }
  }

  static let missing: [(object: String, change: Change)] = [
    ("/events/state", { $0.state = nil }), ("/sequences/offset", { $0.offset = nil }),
    ("/sequences/pid", { $0.pid = nil }), ("/sequences/tid", { $0.tid = nil }),
    ("/sequences/start_ns", { $0.start = nil }), ("/sequences/label", { $0.label = nil }),
    ("/sequences/name", { $0.name = nil }), ("/sequences/parent", { $0.parent = nil }),
    ("/sequences/parent_events", { $0.parentEvents = nil }),
    ("/vocabulary/name", { $0.vocabularyName = nil }),
    ("/vocabulary/id", { $0.vocabularyID = nil }),
    ("/intervals/start_ns", { $0.intervalStart = nil }),
    ("/intervals/end_ns", { $0.intervalEnd = nil }),
    ("/intervals/label", { $0.intervalLabel = nil }),
    ("/intervals/name", { $0.intervalName = nil }),
    ("/recordings/start_ns", { $0.recordingStart = nil }),
    ("/recordings/end_ns", { $0.recordingEnd = nil }),
    ("/recordings/lost", { $0.recordingLost = nil }),
  ]

  @Test(arguments: missing.indices)
  func everyMissingArrayIsNamed(index: Int) {
    let (object, change) = Self.missing[index]
    #expect(throws: TraceDataError.hdf5(HDF5Error(path, object, .objectMissing))) {
      try open(change)
    }
  }

  @Test func valuesThatDoNotFitThrowInsteadOfSaturating() {
    let fault = HDF5Error.Fault.valueOutOfRange(value: "-1", type: "uint32")
    #expect(throws: TraceDataError.hdf5(HDF5Error(path, "/events/state", fault))) {
      try open { $0.state = [1, -1, 0, 1] }
    }
  }

  @Test func otherFormatsAndVersionsAreRefused() {
    #expect(throws: TraceDataError.notTraces(path: path, format: "mle-checkpoint")) {
      try open { $0.format = "mle-checkpoint" }
    }
    #expect(throws: TraceDataError.unsupportedVersion(path: path, found: 2)) {
      try open { $0.version = 2 }
    }
    #expect(throws: TraceDataError.unsupportedVersion(path: path, found: -1)) {
      try open { $0.version = -1 }
    }
  }

  @Test func wrongTypesShapesAndKindsAreRefused() throws {
    func refused(_ make: (HDF5Group) throws -> Void) throws -> TraceDataError? {
      let file = try HDF5File(creating: path)
      try file.root.setAttribute("format", "mle-traces")
      try file.root.setAttribute("format_version", 1 as UInt8)
      try make(file.root.createGroup("vocabulary"))
      try file.commit()
      do throws(TraceDataError) { _ = try TraceDataset(path: path) } catch { return error }
      return nil
    }
    let object = "/vocabulary/name"
    #expect(
      try refused { try $0.write([1.5, 2] as [Float], to: "name") }
        == .hdf5(HDF5Error(path, object, .wrongType(found: "float32", expected: "string"))))
    #expect(
      try refused { _ = try $0.createGroup("name") }
        == .hdf5(HDF5Error(path, object, .wrongKind(expected: "data set"))))
    #expect(
      try refused { try $0.write([1, 2, 3, 4] as [UInt8], to: "name", shape: [2, 2]) }
        == .brokenRule(path: path, object: object, .vector(rank: 2)))
  }
}
