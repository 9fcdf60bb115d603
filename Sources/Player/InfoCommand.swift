import ModelFormat
import Scoring

/// `mle-player info`: what a blob is and what it takes.
enum InfoCommand {
  static func run(_ model: Model, threads: Int, _ output: inout Output) {
    output.put("model              ")
    output.put(modelID: model)
    output.put("\n")
    put(model.architecture, &output)
    line(
      "vocabulary         ", model.architecture.vocabularySize, " states, one of them unknown",
      &output)
    line("receptive field    ", model.architecture.receptiveField, " events", &output)
    line(
      "parameters         ", model.architecture.parameterCount,
      model.precision == .int8 ? ", int8" : ", float32", &output)
    line("weights            ", model.weightBytes, " bytes", &output)
    line("multiply-adds      ", model.architecture.multiplyAddsPerEvent, " an event", &output)
    for index in 0..<model.channelCount { put(model.channel(at: index), of: model, &output) }
    output.put("unknown state      surprise ")
    output.put(model.unknownSurprise)
    output.put(" nats\n")
    line("golden events      ", model.goldenEventCount, "", &output)
    line("memory a process   ", Scorer.bytesPerThread(of: model), " bytes", &output)
    output.put("memory in all      ")
    output.put(ScoringSession.byteCount(for: model, threads: threads))
    output.put(" bytes for ")
    output.put(threads)
    output.put(" processes, besides the blob\n")
    if let certificate = model.resources { put(certificate, &output) }
    if let certificate = model.quantization { put(certificate, &output) }
  }

  private static func put(_ certificate: ResourceCertificate, _ output: inout Output) {
    output.put("certificate        ")
    output.put(certificate.weightBytes)
    output.put(" bytes of weights, ")
    output.put(certificate.bytesPerProcess)
    output.put(" bytes a process, ")
    output.put(certificate.multiplyAddsPerEvent)
    output.put(" multiply-adds an event\n")
  }

  private static func put(_ certificate: QuantizationCertificate, _ output: inout Output) {
    output.put("int8 from float32  scores differ by ")
    output.put(certificate.meanDifference)
    output.put(" nats on average, ")
    output.put(certificate.largestDifference)
    output.put(" at most\n  verdicts         ")
    output.put(certificate.differentVerdicts)
    output.put(" of ")
    output.put(certificate.scores)
    output.put(" differ\n")
  }

  private static func put(_ architecture: Architecture, _ output: inout Output) {
    switch architecture {
    case .tcn(let shape):
      output.put("network            tcn, ")
      output.put(shape.channels)
      output.put(shape.activation == .gated ? " gated channels, " : " ReLU channels, ")
      output.put(shape.isTied ? "tied head, kernel " : "kernel ")
      output.put(shape.kernelWidth)
      output.put(", dilations")
      for block in 0..<shape.dilations.count {
        output.put(" ")
        output.put(shape.dilations[block])
      }
      output.put("\n")
    case .windowCNN(let shape):
      line("network            window-cnn, window of ", shape.windowLength, " events", &output)
    }
  }

  private static func put(_ channel: DetectionChannel, of model: Model, _ output: inout Output) {
    output.put("channel            ")
    output.put(channel)
    output.put(", verdicts from ")
    output.put(channel.minimumEvents)
    output.put(" events on\n  threshold        ")
    output.put(channel.threshold)
    output.put(" nats, ")
    output.put(millionths: model.ratioToUniform(channel.threshold))
    output.put(" of a uniform guess (ln V)\n")
    if model.isBlind(channel) {
      output.put("  warning          over ln V, which no uniform guess reaches: evaluate it\n")
    }
    output.put("  calibration      largest score ")
    output.put(channel.calibrationMaximum)
    output.put(" nats\n")
  }

  private static func line(
    _ label: StaticString, _ number: Int, _ unit: StaticString, _ output: inout Output
  ) {
    output.put(label)
    output.put(number)
    output.put(unit)
    output.put("\n")
  }
}
