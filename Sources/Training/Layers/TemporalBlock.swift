import ModelFormat

/// A residual block over rows of one segment: y = x + mix(dropout(activation(conv(x)))).
///
/// Only the rows that something after the block needs are computed: its output begins `lead` rows
/// after its input.
final class TemporalBlock {
  let convolution: Layer
  let mix: Layer
  /// Does the convolution's work in the first block, where there are tables.
  private let embedded: EmbeddedConvolution?
  private let index: Int
  private let activation: Activation
  private let dilation: Int
  private let kept = FloatBuffer()  // gated: tanh | sigmoid, (rows, 2C)
  private let hidden = FloatBuffer()  // (rows, C)

  /// How one segment passes through.
  struct Passage {
    /// Of the network's input rows, which the first block sees embedded.
    let states: ArraySlice<UInt16>
    let inputRows: Int
    let lead: Int
    /// The position in the segment of the first output row.
    let firstPosition: Int
    let dropout: Dropout?

    var outputRows: Int { inputRows - lead }
  }

  /// - Parameter tabled: the embedding that the block's input consists of, where its convolution is
  ///   to be looked up.
  init(
    index: Int, convolution: LayerShape, mix: LayerShape, activation: Activation, dilation: Int,
    tabled embedding: EmbeddingPlace?, pairScratch: Pairing.Scratch
  ) {
    self.index = index
    let pairing = embedding == nil ? Pairing(convolution, pairScratch) : nil
    let layer = Layer(convolution, pairing: pairing)
    self.convolution = layer
    embedded = embedding.map { EmbeddedConvolution(layer, $0) }
    self.mix = Layer(mix)
    self.activation = activation
    self.dilation = dilation
  }

  private var channels: Int { mix.shape.paddedInputs }
  private var filters: Int { convolution.shape.paddedOutputs }

  func load(_ parameters: UnsafePointer<Float>, forBackward: Bool) {
    convolution.load(parameters, forBackward: forBackward)
    mix.load(parameters, forBackward: forBackward)
    embedded?.load(parameters)
  }

  /// Adds the layers' gradients to the flat buffer and clears them.
  func moveGradient(to gradient: UnsafeMutablePointer<Float>) {
    convolution.moveGradient(to: gradient)
    mix.moveGradient(to: gradient)
  }

  /// Brings the gradient of the tables, if there are any, to that of the parameters.
  func completeGradient(
    _ gradient: UnsafeMutablePointer<Float>, dTables: UnsafeMutablePointer<Float>
  ) {
    embedded?.finish(dTables, into: gradient)
  }

  private func geometry(_ passage: Passage) -> RowGeometry {
    RowGeometry(
      inputRows: passage.inputRows, lead: passage.lead, kernelWidth: convolution.shape.taps,
      dilation: dilation)
  }

  private func mask(_ passage: Passage) -> DropoutMask? {
    passage.dropout.map { DropoutMask($0, layer: index, firstRow: passage.firstPosition) }
  }

  /// x (inputRows, C) to y (outputRows, C).
  func forward(
    _ passage: Passage, _ x: UnsafeMutablePointer<Float>, into y: UnsafeMutablePointer<Float>
  ) {
    let rows = passage.outputRows
    let h = hidden.reserve(rows * channels)
    let pre = activation == .relu ? h : kept.reserve(rows * filters)
    if let embedded {
      embedded.forward(passage.states, geometry(passage), into: pre)
    } else {
      fillRows(pre, rows: rows, columns: filters, with: convolution.bias)
      convolution.forward(geometry(passage), x, into: pre)
    }
    switch activation {
    case .relu: reluForward(h, rows: rows, columns: channels, mask: mask(passage))
    case .gated:
      gatedForward(pre, rows: rows, columns: channels, mask: mask(passage), into: h)
    }
    addRow(
      mix.bias, to: x + passage.lead * channels, rows: rows, columns: channels, into: y)
    mix.forward(RowGeometry(rows: rows), h, into: y)
  }

  /// From dY to dX; the gradients of the weights are added to the layers.
  ///
  /// - Parameters:
  ///   - x: the input of the forward pass.
  ///   - dX: (inputRows, C), and dY where the output's rows begin, `lead` rows later.
  ///   - scratch: for the gradients inside of the block.
  ///   - dTables: the gradient of the block's tables, where it has some.
  func backward(
    _ passage: Passage, _ x: UnsafeMutablePointer<Float>, _ dX: UnsafeMutablePointer<Float>,
    scratch: Scratch, dTables: UnsafeMutablePointer<Float>
  ) {
    let rows = passage.outputRows
    let dY = dX + passage.lead * channels
    let inside = RowGeometry(rows: rows)
    let dH = scratch.dHidden.reserve(rows * channels)
    mix.backward(inside, hidden.base, dY, from: .zero, into: dH)
    var dPre = dH
    switch activation {
    case .relu:
      reluBackward(
        hidden.base, dH, count: rows * channels, scale: passage.dropout?.scale ?? 1)
    case .gated:
      dPre = scratch.dKept.reserve(rows * filters)
      gatedBackward(
        kept.base, dH, rows: rows, columns: channels, mask: mask(passage), into: dPre)
    }
    // What the block adds to its input comes back as it is.
    dX.update(repeating: 0, count: passage.lead * channels)
    if let embedded {
      embedded.backward(passage.states, geometry(passage), dPre, into: dTables)
    } else {
      convolution.backward(geometry(passage), x, dPre, into: dX)
    }
  }

  /// Buffers that the blocks of a network share.
  struct Scratch {
    let dHidden = FloatBuffer()
    let dKept = FloatBuffer()
  }
}
