import KernelTrace
import ModelFormat
import Scoring

/// A blob with seeded or given weights, in memory that lives as long as it does.
public final class TestModel: @unchecked Sendable {
  /// The thread that tests score.
  public static let thread = ThreadID(pid: 10, tid: 10)

  /// What the blob was made from.
  public let description: ModelDescription
  /// The blob, read back.
  public let model: Model
  private let memory: UnsafeMutableRawBufferPointer
  private var scorerMemories: [UnsafeMutableRawBufferPointer] = []

  /// All weights, in the tensors' order.
  public var weights: [Float] { description.weights }
  /// V.
  public var vocabularySize: Int { description.architecture.vocabularySize }

  /// A model whose weights are uniform, of the size that keeps activations near 1.
  public convenience init(
    _ architecture: Architecture, seed: UInt64, window: Int = 10, minimumEvents: Int = 1,
    threshold: Float = 3
  ) {
    var generator = SplitMix64(seed: seed)
    var weights: [Float] = []
    for index in 0..<architecture.tensorCount {
      let shape = architecture.tensor(at: index)
      let inputs =
        shape.rank == 1
        ? 1 : shape.count / shape.dimensions.2 / (shape.rank == 2 ? shape.dimensions.1 : 1)
      let size = shape.rank == 1 ? 0.2 : (3 / Float(max(inputs, 1))).squareRoot()
      for _ in 0..<shape.count { weights.append(size * generator.nextUnit()) }
    }
    self.init(
      architecture, weights: weights, window: window, minimumEvents: minimumEvents,
      threshold: threshold)
  }

  /// A model with these weights and golden events of its own making.
  public convenience init(
    _ architecture: Architecture, weights: [Float], window: Int = 10, minimumEvents: Int = 1,
    threshold: Float = 3
  ) {
    let states = (0..<architecture.vocabularySize).map {
      VocabularyState(id: UInt32($0 * 3), name: $0 == 0 ? "unknown" : "state\($0)")
    }
    let channel = DetectionChannel(
      length: window, minimumEvents: minimumEvents, threshold: Surprise(nats: threshold),
      rule: .fixed, parameter: threshold, calibrationMaximum: Surprise(nats: threshold / 2))
    let description = ModelDescription(
      architecture: architecture, states: states, channels: [channel],
      goldenEvents: [GoldenEvent(state: 0, surprise: .cap)], provenance: [], weights: weights)
    self.init(TestModel(description).withOwnGoldenEvents().description)
  }

  /// The same model with golden events of its own making.
  public func withOwnGoldenEvents() -> TestModel {
    var scorer = scorer(threads: 2)
    let events = (0..<24).map { index in
      let state = index * 5 % vocabularySize
      return GoldenEvent(
        state: state, surprise: scorer.score(Self.thread, state: state, time: 0).surprise)
    }
    return changing { $0.goldenEvents = events }
  }

  /// The model that a description encodes.
  public init(_ description: ModelDescription) {
    self.description = description
    do {
      let blob = try description.encoded()
      memory = UnsafeMutableRawBufferPointer.allocate(byteCount: blob.count, alignment: 64)
      memory.copyBytes(from: blob)
      model = try Model(bytes: UnsafeRawBufferPointer(memory))
    } catch {
      preconditionFailure("a test's model is refused: \(error)")
    }
  }

  deinit {
    memory.deallocate()
    for memory in scorerMemories { memory.deallocate() }
  }

  /// The same model with something changed.
  public func changing(_ change: (inout ModelDescription) -> Void) -> TestModel {
    var description = description
    change(&description)
    return TestModel(description)
  }

  /// A scorer that lives no longer than this.
  public func scorer(threads: Int) -> Scorer {
    let byteCount = Scorer.byteCount(for: model, threads: threads)
    // Not zeroed: a scorer must not rely on it.
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0xa5)
    scorerMemories.append(memory)
    return Scorer(model: model, memory: memory, threads: threads)
  }

  /// A `tcn`'s shape.
  public static func tcn(
    vocabulary: Int, channels: Int, kernel: Int, dilations: [Int], activation: Activation,
    isTied: Bool
  ) -> Architecture {
    do {
      var list = Dilations()
      for dilation in dilations { try list.append(dilation) }
      return .tcn(
        try TemporalConvNet(
          vocabularySize: vocabulary, channels: channels, kernelWidth: kernel, dilations: list,
          activation: activation, isTied: isTied))
    } catch {
      preconditionFailure("a test's shape is refused: \(error)")
    }
  }

  /// A `window-cnn`'s shape.
  public static func windowCNN(vocabulary: Int, window: Int) -> Architecture {
    do {
      return .windowCNN(try WindowConvNet(vocabularySize: vocabulary, windowLength: window))
    } catch {
      preconditionFailure("a test's shape is refused: \(error)")
    }
  }
}
