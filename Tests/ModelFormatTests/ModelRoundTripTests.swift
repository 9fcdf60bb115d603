import ModelFormat
import TestSupport
import Testing

@Suite struct ModelRoundTripTests {
  @Test func descriptionsComeBackAndEncodeToTheSameBytes() throws {
    let floats = [try Sample.smallest(), try Sample.gated(), try Sample.window()]
    for description in floats + floats.map({ $0.inIntegers() }) + [try Sample.certified()] {
      let blob = try description.encoded()
      let decoded = try decode(blob)
      #expect(decoded == description)
      #expect(try decoded.encoded() == blob)
    }
  }

  /// Written by Tests/Reference/make_blobs.py from the specification alone.
  @Test(arguments: [
    "v1-tcn.mle", "v1-window-cnn.mle", "v1-tcn-int8.mle", "v1-window-cnn-int8.mle",
    "v1-window-cnn-ewma.mle",
  ])
  func goldenBlobsEncodeToTheSameBytes(name: String) throws {
    let blob = try golden(name)
    #expect(try decode(blob).encoded() == blob)
  }

  @Test func goldenBlobMeansWhatItWasMadeOf() throws {
    let description = try decode(try golden("v1-tcn.mle"))
    guard case .tcn(let network) = description.architecture else { return #expect(Bool(false)) }
    #expect(network.channels == 6 && network.kernelWidth == 3 && network.activation == .gated)
    #expect(network.dilations.count == 3 && network.dilations[2] == 4 && !network.isTied)
    #expect(
      description.states == [
        VocabularyState(id: 0, name: "unknown"), VocabularyState(id: 3, name: "openat:rdonly"),
        VocabularyState(id: 7, name: "close"), VocabularyState(id: 8, name: "mmap:exec"),
        VocabularyState(id: 4_000_000_000, name: "a"),
      ])
    #expect(description.surpriseCap == .cap)
    #expect(description.unknownSurprise.units == 463_571_608)
    #expect(
      description.channels[1]
        == DetectionChannel(
          length: 4096, minimumEvents: 4096, threshold: Surprise(units: 12_345_678),
          rule: .quantile, parameter: 0.999, calibrationMaximum: Surprise(units: 12_345_000)))
    #expect(
      description.goldenEvents[0] == GoldenEvent(state: 1, surprise: Surprise(units: 20_000_000)))
    #expect(description.provenance.first == ProvenanceEntry(key: "author", value: "Zoë"))
  }

  @Test func goldenChannelsMeanWhatTheyWereMadeOf() throws {
    let channels = try decode(try golden("v1-window-cnn-ewma.mle")).channels
    #expect(channels.map(\.kind) == [.window, .ewma, .ewma, .window])
    #expect(channels.map(\.length) == [10, 400, 4096, 1])
    #expect(channels.map(\.minimumEvents) == [1, 50, 4096, 1])
    #expect(channels.map(\.threshold.units) == [1, 2, 4_294_967_295, 3])
    #expect(
      channels.map(\.rule) == [.fixed, .outOfFoldQuantile, .falseAlarmsPerDay, .multiple])
    #expect(channels.map(\.parameter) == [0.5, 0.25, 0.125, 2])
    #expect(channels.map(\.calibrationMaximum.units) == [0, 4_294_967_295, 7, 8])
  }

  @Test func everyTensorIsInPlaceAndAligned() throws {
    for var description in [try Sample.gated(), try Sample.window()] {
      description.weights = description.weights.indices.map { Float($0) }
      let architecture = description.architecture
      try withModel(try description.encoded()) { model in
        var first: Float = 0
        for index in 0..<architecture.tensorCount {
          let (weights, count) = (model.weights(at: index), architecture.tensor(at: index).count)
          #expect(UInt(bitPattern: weights) % 64 == 0)
          #expect(weights[0] == first && weights[count - 1] == first + Float(count - 1))
          first += Float(count)
        }
      }
    }
  }

  @Test func digestIsOfAllBytesBeforeIt() throws {
    let blob = try Sample.smallest().encoded()
    let digest = try withModel(blob) { $0.digest }
    #expect((0..<32).map { digest[$0] } == Array(blob.suffix(32)))
    #expect(digest == Array(blob.dropLast(32)).withUnsafeBytes { SHA256.hash($0) })
  }

  /// A newer writer's optional records are kept, with its minor version.
  @Test func optionalRecordsAreKept() throws {
    var description = try Sample.smallest()
    description.minorVersion = 7
    description.otherRecords = [
      OptionalRecord(type: 30, bytes: [1, 2, 3]), OptionalRecord(type: 65535, bytes: []),
    ]
    let blob = try description.encoded()
    #expect(try decode(blob) == description)
    #expect(try decode(blob).encoded() == blob)
  }

  @Test func provenanceMayBeMissing() throws {
    var description = try Sample.smallest()
    description.provenance = []
    #expect(try decode(try description.encoded()) == description)
    #expect(try withModel(try description.encoded()) { $0.provenance.count } == 0)
  }

  @Test func largestDimensionsFit() throws {
    let states = (0..<Limits.vocabularySize).map { index in
      VocabularyState(id: UInt32(index), name: index == 0 ? "unknown" : "s\(index)")
    }
    let network = try WindowConvNet(vocabularySize: 8192, windowLength: 4)
    var description = Sample.describe(.windowCNN(network), seed: 9)
    description.states = states
    #expect(try decode(try description.encoded()) == description)
  }
}
